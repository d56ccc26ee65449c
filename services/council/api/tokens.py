"""Bearer tokens for staff."""

from datetime import datetime
from typing import Any

from flask import abort, current_app

from services.council.api.blueprint import api
from services.council.config import Config
from services.council.schemas.staff import SignInSchema, TokenSchema
from services.council.use_cases import signing_in
from services.council.use_cases.signing_in import Credentials, SetUpMissing, SignInRefused
from services.council.use_cases.tries import Client, TooManyTries
from shared.web.access import public_api
from shared.web.clients import client_network
from shared.web.current import database
from shared.web.i18n import gettext


@api.route("/tokens", methods=["POST"])
@public_api
@api.arguments(SignInSchema)
@api.response(200, TokenSchema)
def post_token(values: dict[str, Any]) -> dict[str, str | datetime]:
    """A token of 10 minutes for name and password (and the app's code, where the account has one)."""
    config: Config = current_app.extensions["config"]
    try:
        signed_in = signing_in.sign_in(database, config, Credentials(**values), Client(client_network()))
        token, expires_at = signing_in.new_token(config, signed_in.sign_in)
    except SignInRefused:
        abort(401, description=gettext("Anmeldename, Passwort oder Code stimmen nicht. Bitte prüfen Sie alle drei."))
    except TooManyTries:
        abort(429)
    except SetUpMissing:
        abort(
            403, description=gettext("Bitte melden Sie sich zuerst einmal im Browser an und richten Sie Ihr Konto ein.")
        )
    return {"token": token, "expires_at": expires_at}
