"""Contacts, what they follow, what they were told, and the rules of sending."""

from services.notifications.models.contacts import CODE_LIFETIME, LINK_LIFETIME, ConfirmationBudget, Contact, Following
from services.notifications.models.declared import (
    AUTHOR,
    CASE,
    CONFERENCE,
    COUNCIL,
    EMAIL,
    FOLLOWABLE,
    FOLLOWER,
    IDEA,
    MEMBER,
    PARTICIPANT,
    RECOMMENDATION,
    REGISTRATION,
    SMS,
    Base,
)
from services.notifications.models.known import Conference, Erasure, KeptLetter, Topic
from services.notifications.models.notifications import PAUSES, RECEIPTS, Notification, Status

__all__ = [
    "AUTHOR",
    "CASE",
    "CODE_LIFETIME",
    "CONFERENCE",
    "COUNCIL",
    "EMAIL",
    "FOLLOWABLE",
    "FOLLOWER",
    "IDEA",
    "LINK_LIFETIME",
    "MEMBER",
    "PARTICIPANT",
    "PAUSES",
    "RECEIPTS",
    "RECOMMENDATION",
    "REGISTRATION",
    "SMS",
    "Base",
    "Conference",
    "ConfirmationBudget",
    "Contact",
    "Erasure",
    "Following",
    "KeptLetter",
    "Notification",
    "Status",
    "Topic",
]
