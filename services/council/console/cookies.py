"""The cookies of a signed-in browser: the secret of its sign-in, the short-lived token, the mark of a known device."""

from datetime import timedelta

from flask import current_app, request
from werkzeug.wrappers import Response

from services.council.config import Config
from services.council.models import SignIn
from services.council.use_cases.signing_in import SignedIn, new_token
from shared import clock
from shared.web import access

SECRET = "staff_sign_in"  # noqa: S105 - the name of a cookie
DEVICE = "staff_device"
_DEVICE_LIFETIME = timedelta(days=90)


def config() -> Config:
    """Council's settings, as the app that answers this request has them."""
    settings: Config = current_app.extensions["config"]
    return settings


def secret() -> str | None:
    """The secret of this browser's sign-in."""
    return request.cookies.get(SECRET)


def device() -> str | None:
    """The mark that an earlier sign-in left on this device."""
    return request.cookies.get(DEVICE)


def remember(response: Response, signed_in: SignedIn) -> Response:
    """Give the browser the secret of its new sign-in and the mark of a known device; an earlier token goes."""
    _set(response, SECRET, signed_in.secret, "Lax")
    _set(response, DEVICE, signed_in.device, "Strict", _DEVICE_LIFETIME)
    response.delete_cookie(access.COOKIE, path=access.CONSOLE)
    return response


def give_token(response: Response, row: SignIn) -> Response:
    """Give the browser a fresh token. Raises SetUpMissing."""
    token, expires_at = new_token(config(), row)
    _set(response, access.COOKIE, token, "Strict", expires_at - clock.now() + timedelta(hours=1))
    return response


def forget(response: Response) -> Response:
    """Take secret and token back; the device stays known."""
    response.delete_cookie(SECRET, path=access.CONSOLE)
    response.delete_cookie(access.COOKIE, path=access.CONSOLE)
    return response


def _set(response: Response, name: str, value: str, same_site: str, lifetime: timedelta | None = None) -> None:
    response.set_cookie(
        name,
        value,
        max_age=lifetime,
        path=access.CONSOLE,
        httponly=True,
        secure=config().web.secure_cookies,
        samesite=same_site,
    )
