"""Council's tables and the rules that keep them true."""

from services.council.models.cases import PETITION, READS_PETITIONS, RECOMMENDATION, Case, CaseNumber, CaseStep
from services.council.models.declared import Base
from services.council.models.meetings import ADDRESSEE_KINDS, COMMITTEE, COUNCIL, Meeting, Organization
from services.council.models.signins import LONGEST, SignIn, SignInAttempt
from services.council.models.staff import ROLES, TOLD_ABOUT_CASES, Staff

__all__ = [
    "ADDRESSEE_KINDS",
    "COMMITTEE",
    "COUNCIL",
    "LONGEST",
    "PETITION",
    "READS_PETITIONS",
    "RECOMMENDATION",
    "ROLES",
    "TOLD_ABOUT_CASES",
    "Base",
    "Case",
    "CaseNumber",
    "CaseStep",
    "Meeting",
    "Organization",
    "SignIn",
    "SignInAttempt",
    "Staff",
]
