"""The declarative base of notifications' tables, and the words that several of them use."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import COLUMN_TYPES


class Base(DeclarativeBase):
    """Tables of notifications."""

    type_annotation_map = COLUMN_TYPES


EMAIL, SMS = "email", "sms"

IDEA, RECOMMENDATION, CASE = "idea", "recommendation", "case"
CONFERENCE, COUNCIL, REGISTRATION = "conference", "council", "registration"
#: What residents may choose to follow; the other topics come with what they did.
FOLLOWABLE = (IDEA, CASE, CONFERENCE, COUNCIL)

AUTHOR, PARTICIPANT, FOLLOWER, MEMBER = "author", "participant", "follower", "member"
