"""Keeping form robots out without a captcha: a signed time of issue, a field that only robots fill in, and under strain a
little work or patience."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from shared import clock
from shared.web import strain
from shared.web.i18n import gettext

TOKEN_FIELD = "form_token"  # noqa: S105 - the name of a field
#: Named like something robots know; people don't see it.
TRAP_FIELD = "website"
SHORTEST = timedelta(seconds=3)
LONGEST = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Why a form looks like a robot's; `message` is kind, because people can be fast, too."""

    message: str


def issue(purpose: str) -> str:
    """The token for a form shown now."""
    return str(_serializer(purpose).dumps(int(clock.now().timestamp())))


def forms_guard(purpose: str) -> Suspicion | None:
    """What is suspicious about the form just posted, or None. The page then shows the form again with what was typed."""
    if request.form.get(TRAP_FIELD):
        return Suspicion(gettext("Bitte lassen Sie das Feld „Website“ leer und senden Sie das Formular noch einmal."))
    try:
        issued = datetime.fromtimestamp(_serializer(purpose).loads(request.form.get(TOKEN_FIELD, "")), UTC)
    except (BadSignature, TypeError, ValueError):
        return Suspicion(gettext("Bitte senden Sie das Formular noch einmal."))
    age = clock.now() - issued
    if age < SHORTEST:
        return Suspicion(
            gettext("Das ging sehr schnell. Bitte prüfen Sie Ihre Angaben und senden Sie sie noch einmal.")
        )
    if age > LONGEST:
        return Suspicion(gettext("Das Formular war lange offen. Bitte senden Sie es noch einmal."))
    if strain.count_form() and not strain.has_worked() and not strain.was_patient(request.form[TOKEN_FIELD], age):
        return Suspicion(
            gettext(
                "Gerade kommen sehr viele Formulare an. Bitte warten Sie eine Minute und senden Sie es noch einmal."
            )
        )
    return None


def kept_token(purpose: str) -> str:
    """The token to show again: the first one stays, so that a person who mends an error isn't measured anew."""
    token = request.form.get(TOKEN_FIELD, "")
    try:
        issued = datetime.fromtimestamp(_serializer(purpose).loads(token), UTC)
    except (BadSignature, TypeError, ValueError):
        return issue(purpose)
    return token if clock.now() - issued < LONGEST and not strain.is_spent(token) else issue(purpose)


def _serializer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"form guard|{current_app.name}|{purpose}")
