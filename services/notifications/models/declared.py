"""The declarative base of notifications' tables, and the words that several of them use."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase

from shared.database import UTCDateTime


class Base(DeclarativeBase):
    """Tables of notifications."""

    type_annotation_map: ClassVar = {datetime: UTCDateTime(), dict[str, str]: JSON}


EMAIL, SMS = "email", "sms"

IDEA, RECOMMENDATION, CASE = "idea", "recommendation", "case"
CONFERENCE, COUNCIL, REGISTRATION = "conference", "council", "registration"
#: What residents may choose to follow; the other topics come with what they did.
FOLLOWABLE = (IDEA, CASE, CONFERENCE, COUNCIL)

AUTHOR, PARTICIPANT, FOLLOWER, MEMBER = "author", "participant", "follower", "member"
