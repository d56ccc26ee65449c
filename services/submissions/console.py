"""Pages for staff: looking through what came in, publishing and declining, writing recommendations down."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from services.submissions import labels, paging, queries
from services.submissions.config import config
from services.submissions.schemas import STATUSES, AdoptionSchema, DeclineSchema, DeskQuerySchema
from services.submissions.use_cases import ideas, recommendations
from shared.web import forms
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("console", __name__, url_prefix="/intern/ideen")

EDITORS = ("moderator", "clerk", "admin")


@pages.get("/")
@staff_page(*EDITORS)
def desk(staff: Staff) -> ResponseReturnValue:
    """What came in, newest first, by state and words."""
    wanted = forms.validate(DeskQuerySchema(), request.args).values or {"page": 1}
    with database.read() as session:
        page = queries.ideas_for_staff(session, wanted["page"], wanted.get("status"), wanted.get("q"))
        counts = queries.counts_by_status(session)
    return render_template(
        "console/desk.html",
        staff=staff,
        page=page,
        counts=[(status, counts.get(status, 0)) for status in STATUSES],
        wanted=wanted,
        previous_url=paging.previous_url(page),
        next_url=paging.next_url(page),
    )


@pages.get("/<uuid:idea_id>")
@staff_page(*EDITORS)
def idea(staff: Staff, idea_id: UUID) -> ResponseReturnValue:
    """One idea with its story and what its state allows."""
    return _idea_page(staff, idea_id, Form())


@pages.post("/<uuid:idea_id>/veroeffentlichen")
@staff_page(*EDITORS)
def publish(_: Staff, idea_id: UUID) -> ResponseReturnValue:
    """Show it to everybody."""
    with database.write() as session:
        ideas.publish_idea(session, idea_id)
    return redirect(f"/intern/ideen/{idea_id}", 303)


@pages.post("/<uuid:idea_id>/ablehnen")
@staff_page(*EDITORS)
def decline(staff: Staff, idea_id: UUID) -> ResponseReturnValue:
    """Keep it from the public and say why."""
    form = forms.read(DeclineSchema())
    if form.values is None:
        return _idea_page(staff, idea_id, form), 422
    with database.write() as session:
        ideas.decline_idea(session, idea_id, form.values["reason"])
    return redirect(f"/intern/ideen/{idea_id}", 303)


@pages.get("/empfehlungen/")
@staff_page(*EDITORS)
def adopted(staff: Staff) -> ResponseReturnValue:
    """All recommendations, newest first."""
    with database.read() as session:
        found = queries.recommendations(session)
    return render_template("console/recommendations.html", staff=staff, recommendations=found)


@pages.get("/empfehlungen/<uuid:recommendation_id>")
@staff_page(*EDITORS)
def recommendation(staff: Staff, recommendation_id: UUID) -> ResponseReturnValue:
    """One recommendation with its vote and the ideas in it."""
    with database.read() as session:
        found = queries.recommendation(session, recommendation_id)
    return render_template("console/recommendation.html", staff=staff, recommendation=found)


@pages.get("/empfehlungen/neu")
@staff_page(*EDITORS)
def new_recommendation(staff: Staff) -> ResponseReturnValue:
    """Write down what the conference voted for."""
    chosen = request.args.getlist("idea_ids")
    return _adoption_page(staff, forms.blank({"idea_ids": chosen, "addressee.kind": "district_office"}))


@pages.post("/empfehlungen/neu")
@staff_page(*EDITORS)
def adopt(staff: Staff) -> ResponseReturnValue:
    """First show what is going to happen and whom it tells, then do it."""
    form = forms.read(AdoptionSchema())
    if form.values is None:
        return _adoption_page(staff, form), 422
    if "back" in request.form:
        return _adoption_page(staff, form)
    if "is_checked" not in request.form:
        return _adoption_check(staff, form, form.values["adoption"])
    with database.write() as session:
        made = recommendations.adopt_recommendation(session, form.values["adoption"])
    return redirect(f"/intern/ideen/empfehlungen/{made.id}", 303)


def _idea_page(staff: Staff, idea_id: UUID, form: Form) -> str:
    with database.read() as session:
        found = queries.idea_for_staff(session, idea_id)
        story = queries.story_of(session, found)
    return render_template(
        "console/idea.html",
        staff=staff,
        idea=found,
        story=story,
        author_name=queries.author_name(config, found),
        reach=queries.reach([found]),
        form=form,
    )


def _adoption_page(staff: Staff, form: Form) -> str:
    with database.read() as session:
        choices = queries.adoptable_ideas(session)
        conferences = queries.conferences(session)
    return render_template(
        "console/adopt.html",
        staff=staff,
        form=form,
        ideas=choices,
        conferences=conferences,
        addressees=labels.addressee_options(),
    )


def _adoption_check(staff: Staff, form: Form, adoption: recommendations.Adoption) -> str:
    with database.read() as session:
        chosen = [queries.idea_for_staff(session, idea_id) for idea_id in adoption.idea_ids]
        conference = queries.conference(session, adoption.conference_id)
    return render_template(
        "console/adopt_check.html",
        staff=staff,
        form=form,
        adoption=adoption,
        ideas=chosen,
        conference=conference,
        reach=queries.reach(chosen),
    )
