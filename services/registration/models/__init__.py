"""Tables of registration, and the rules that keep them true."""

from services.registration.models.agenda import AgendaItem
from services.registration.models.answers import Answer
from services.registration.models.attendance import Checkin
from services.registration.models.conferences import Conference
from services.registration.models.declared import Base
from services.registration.models.forums import Forum
from services.registration.models.outcomes import Outcome
from services.registration.models.overrides import Override
from services.registration.models.paper_lists import PaperList
from services.registration.models.questions import Question
from services.registration.models.registrations import AskedAddress, Consent, Registration

__all__ = [
    "AgendaItem",
    "Answer",
    "AskedAddress",
    "Base",
    "Checkin",
    "Conference",
    "Consent",
    "Forum",
    "Outcome",
    "Override",
    "PaperList",
    "Question",
    "Registration",
]
