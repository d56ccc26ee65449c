"""The declarative base of registration's tables."""

from sqlalchemy.orm import DeclarativeBase

from shared.database import COLUMN_TYPES


class Base(DeclarativeBase):
    """Tables of registration."""

    type_annotation_map = COLUMN_TYPES
