"""The sample app: one page with a form, one API route, one console page, one page by token."""

from pathlib import Path
from typing import Any
from uuid import UUID

from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Blueprint, Flask, redirect, render_template
from marshmallow import Schema, fields, validate
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared import clock, ids
from shared.database import COLUMN_TYPES, Database
from shared.rules import IllegalTransition, NotFound
from shared.web import forms
from shared.web.access import by_token, public_api, public_page, staff_api, staff_page
from shared.web.api import ApiBlueprint, mount_api
from shared.web.app import new_app
from shared.web.clients import limited
from shared.web.current import database
from shared.web.fields import EmailAddress, LocalizedText, PhoneNumber, PlainLine, PlainText
from shared.web.form_guard import forms_guard
from shared.web.idempotency import create_idempotency_table, idempotent
from shared.web.settings import WebSettings
from shared.web.staff_tokens import Staff, create_revocations_table


class Base(DeclarativeBase):
    """The sample's tables."""

    type_annotation_map = COLUMN_TYPES


class Note(Base):
    """What people leave here."""

    __tablename__ = "note"
    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.internal)
    title: Mapped[str]
    text: Mapped[str]


class PlaceSchema(Schema):
    """Where it is."""

    street = PlainLine(required=True, max_length=80)
    locality = PlainLine(max_length=80)


class NoteSchema(Schema):
    """A note as it is sent."""

    title = PlainLine(required=True, max_length=60)
    text = PlainText(required=True, max_length=2000)
    email = EmailAddress()
    phone = PhoneNumber()
    count = fields.Integer(validate=validate.Range(min=1, max=5))
    topics = fields.List(fields.String(validate=validate.OneOf(["housing", "school"])))
    heading = LocalizedText(max_length=40)
    place = fields.Nested(PlaceSchema)


class ReceiptSchema(Schema):
    """What the sender gets."""

    id = fields.UUID()
    status = fields.String()


public = Blueprint("public", __name__)
console = Blueprint("console", __name__, url_prefix="/intern/ideen")
api = ApiBlueprint("sample", __name__, description="Notes")


@public.get("/notiz")
@public_page
def note_form() -> str:
    """The form, blank."""
    return render_template("public/note.html", form=forms.blank())


@public.get("/teile")
@public_page
def parts() -> str:
    """Everything that pages are made of."""
    day = clock.now()
    steps = [
        {"text": "Das Bezirksamt antwortet", "due": day, "overdue_days": 12, "is_open": True},
        {"text": "Der Ausschuss hat zugestimmt", "at": day, "who": "Ausschuss für Soziales"},
        {"text": "Die Konferenz hat die Empfehlung beschlossen", "at": day},
    ]
    return render_template("public/parts.html", moment=day, steps=steps)


@public.post("/notiz")
@limited("20 per minute")
@public_page
def send_note() -> Any:
    """The form, sent."""
    form = forms.read(NoteSchema())
    if suspicion := forms_guard("note"):
        form.reject("", suspicion.message)
    if not form.is_valid or form.values is None:
        return render_template("public/note.html", form=form), 422
    with database.write() as session:
        note = leave_note(session, **form.values)
    return redirect(f"/notiz/{note.id}")


@public.get("/notiz/<uuid:note_id>")
@by_token
def show_note(note_id: UUID) -> str:
    """One note."""
    with database.read() as session:
        note = session.get(Note, note_id)
        if note is None:
            raise NotFound
        return render_template("public/shown.html", note=note)


@console.get("/")
@staff_page("clerk", "admin")
def desk(staff: Staff) -> str:
    """The console page."""
    return render_template("console/desk.html", staff=staff)


@public.get("/<any(datenschutz, barrierefreiheit, impressum):page>")
@public_page
def legal(page: str) -> str:
    """The pages every site needs."""
    return render_template(f"shared/{page}.html")


@console.post("/tun")
@staff_page("admin")
def act(staff: Staff) -> Any:
    """Something only an admin does."""
    raise IllegalTransition(staff.name)


@api.route("/notes", methods=["POST"])
@public_api
@api.arguments(NoteSchema)
@idempotent
@api.response(202, ReceiptSchema)
def post_note(session: Session, values: dict[str, Any]) -> dict[str, Any]:
    """Leave a note."""
    return {"id": leave_note(session, **values).id, "status": "pending"}


@api.route("/notes/<uuid:note_id>/close", methods=["POST"])
@staff_api("clerk")
@idempotent
@api.response(200, ReceiptSchema)
def close_note(session: Session, staff: Staff, note_id: UUID) -> dict[str, Any]:
    """Close a note; only one that is there."""
    if session.get(Note, note_id) is None:
        raise NotFound
    raise IllegalTransition


def leave_note(session: Session, **values: Any) -> Note:
    """The use case."""
    note = Note(title=values["title"], text=values["text"])
    session.add(note)
    session.flush()
    return note


def create_sample(settings: WebSettings, folder: Path, url: str | None = None, fresh: bool = True) -> Flask:
    """The app on a SQLite file in `folder`, or on the database at `url`; `fresh` makes the tables."""
    own = Database(url or f"sqlite:///{folder / 'sample.db'}", "sample")
    if fresh:
        with own.engine.begin() as connection:
            Base.metadata.create_all(connection)
            operations = Operations(MigrationContext.configure(connection))
            create_idempotency_table(operations)
            create_revocations_table(operations)
    app = new_app("sample", __name__, settings=settings, database=own)
    app.register_blueprint(public)
    app.register_blueprint(console)
    mount_api(app, api)
    return app
