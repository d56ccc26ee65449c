"""Reading accounts."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.council.models import Staff
from shared.columns import decrypt
from shared.rules import NotFound
from shared.seals import column_box


def all_staff(session: Session) -> Sequence[Staff]:
    """Every account: open ones first, by name."""
    return session.scalars(select(Staff).order_by(Staff.closed_at.is_not(None), Staff.display_name)).all()


def require_staff(session: Session, staff_id: UUID) -> Staff:
    """That account. Raises NotFound."""
    staff = session.get(Staff, staff_id)
    if staff is None:
        raise NotFound
    return staff


def staff_with_contact(session: Session, column_key: str, staff_id: UUID) -> tuple[Staff, dict[str, Any]]:
    """That account, and its details as a form shows them. Raises NotFound."""
    staff = require_staff(session, staff_id)
    box = column_box(column_key)
    return staff, {
        "display_name": staff.display_name,
        "roles": staff.roles,
        "language": staff.language,
        "email": decrypt(box, staff.email) if staff.email else None,
        "phone": decrypt(box, staff.phone) if staff.phone else None,
        "conference_id": str(staff.conference_id) if staff.conference_id else None,
    }
