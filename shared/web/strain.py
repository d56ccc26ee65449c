"""When very many forms arrive, each has to show a little work, which browsers do by themselves, or a minute of patience.

Nobody is ever sent away for want of JavaScript, and in quiet times nobody notices anything.
"""

import base64
import json
from datetime import timedelta
from typing import Any

from altcha import create_challenge, verify_solution
from flask import current_app, request
from limits import parse

from shared import clock
from shared.web.clients import client_network, count, has_room

#: More forms than that are a strain: of one household or shelter, and of everybody together.
FROM_ONE_NETWORK = parse("20 per 10 minutes")
FROM_EVERYBODY = parse("600 per 10 minutes")
#: A proof and a form's token count once; longer than any of them holds.
ONCE = parse("1 per 1 day")
#: How long a form that shows no work must have been open.
PATIENCE = timedelta(minutes=1)

PROOF_FIELD = "altcha"
_ALGORITHM = "SHA-256"
#: Some 65,000 tries: about a second of a phone's time.
_PREFIX = "0000"
_GOOD_FOR = timedelta(hours=2)


def is_strained() -> bool:
    """Whether the next form of this client would have to show something."""
    return not (has_room(FROM_ONE_NETWORK, "forms", client_network()) and has_room(FROM_EVERYBODY, "forms"))


def count_form() -> bool:
    """Count a form that arrived; whether it is one of too many."""
    of_network = count(FROM_ONE_NETWORK, "forms", client_network())
    return not (count(FROM_EVERYBODY, "forms") and of_network)


def task() -> str:
    """A piece of work for the browser, as JSON."""
    expires = int((clock.now() + _GOOD_FOR).timestamp())
    made = create_challenge(_ALGORITHM, 1, key_prefix=_PREFIX, expires_at=expires, hmac_secret=_secret())
    return json.dumps(made.to_dict())


def has_worked() -> bool:
    """Whether the form just posted brings the result of a task of ours that nobody brought before."""
    result = request.form.get(PROOF_FIELD, "")
    signature = _signature(result)
    return signature is not None and verify_solution(result, _secret()).verified and count(ONCE, "proof", signature)


def was_patient(token: str, age: timedelta) -> bool:
    """Whether the form with this token was open long enough, and is sent for the first time."""
    return age >= PATIENCE and count(ONCE, "token", token)


def is_spent(token: str) -> bool:
    """Whether a form with this token came before, and was let in for its patience."""
    return not has_room(ONCE, "token", token)


def _signature(result: str) -> str | None:
    try:
        found: Any = json.loads(base64.b64decode(result, validate=True))["challenge"]["signature"]
    except (ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, str) else None


def _secret() -> str:
    return f"proof of work|{current_app.name}|{current_app.config['SECRET_KEY']}"
