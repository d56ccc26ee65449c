"""The addresses that our messages carry, and the tokens in them. A token is a right to one thing."""

import base64
from uuid import UUID

from services.notifications.config import Config
from services.notifications.due import Followed, Reader
from services.notifications.models import CASE, CONFERENCE, COUNCIL, IDEA, Contact, Following
from shared import links
from shared.columns import decrypt
from shared.seals import mark

CONFIRM, STOP, MINE, NOT_ME, COPY = (
    "confirm-following",
    "stop-following",
    "my-notifications",
    "disown-question",
    "copy-of-data",
)

_PUBLIC_PAGES = {IDEA: "/ideen/{id}", CASE: "/rat/vorgaenge/{id}", CONFERENCE: "/konferenzen/{id}", COUNCIL: "/rat/"}


def confirm_url(config: Config, following: Following | Followed) -> str:
    """Where somebody confirms that they want to be told about this."""
    return f"{config.web.base_url}/mitteilungen/bestaetigen/{_token(config, CONFIRM, following)}"


def stop_url(config: Config, following: Following | Followed) -> str:
    """Where somebody stops being told about this; mail programs post to it by one click."""
    return f"{config.web.base_url}/mitteilungen/abbestellen/{_token(config, STOP, following)}"


def not_me_url(config: Config, following: Following | Followed) -> str:
    """Where somebody who was asked about this says that it wasn't them."""
    return f"{config.web.base_url}/mitteilungen/nicht-ich/{_token(config, NOT_ME, following)}"


def short_url(config: Config, following: Following | Followed) -> str:
    """What fits into an SMS: leads to a page with the news and the button to stop them, or to disown a question."""
    return f"{config.web.base_url}/mitteilungen/s/{short_code(config, following.id)}"


def short_code(config: Config, following_id: UUID) -> str:
    """22 symbols that stand for a following: 128 bits, not to be guessed from its id. It shows and
    stops this one, and disowns the question about it."""
    return (
        base64.urlsafe_b64encode(bytes.fromhex(mark(config.link_key, "short", following_id))[:16]).decode().rstrip("=")
    )


def short_mark(config: Config, code: str) -> str:
    """By what the row behind a short code is found; the code itself is not stored."""
    return mark(config.link_key, "short code", code)


def mine_url(config: Config, contact: Contact | Reader) -> str:
    """Where somebody sees everything we tell them about."""
    return f"{config.web.base_url}/mitteilungen/meine/{links.make(config.link_key, MINE, contact.id, contact.version)}"


def copy_url(config: Config, access_id: UUID) -> str:
    """Where somebody sees the copy of what is held of them; nobody else gets this link, whatever messages they forward."""
    return f"{config.web.base_url}/mitteilungen/auskunft/{links.make(config.link_key, COPY, access_id)}"


def tracking_url(config: Config, code: str) -> str:
    """The whole story of what an author handed in."""
    return f"{config.web.base_url}/verfolgen/{code}"


def page_url(config: Config, kind: str, topic_id: UUID | str) -> str:
    """The public page of an idea, a case, a conference, or the council; the list where no id is given."""
    path = _PUBLIC_PAGES.get(kind, "/").format(id=topic_id)
    return f"{config.web.base_url}{path}"


def story_url(config: Config, following: Following | Followed) -> str:
    """Where somebody reads on about what they follow: authors their whole story, others the public page."""
    if following.tracking_code is not None:
        return tracking_url(config, decrypt(config.box, following.tracking_code))
    return page_url(config, following.topic, following.topic_id)


def _token(config: Config, purpose: str, following: Following | Followed) -> str:
    return links.make(config.link_key, purpose, following.id, following.version)
