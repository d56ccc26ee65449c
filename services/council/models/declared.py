"""The declarative base of council's tables."""

from typing import ClassVar

from sqlalchemy.orm import DeclarativeBase

from shared.database import COLUMN_TYPES


class Base(DeclarativeBase):
    """Tables of council."""

    type_annotation_map: ClassVar = COLUMN_TYPES
