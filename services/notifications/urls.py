"""The addresses that our messages carry, and the tokens in them. A token is a right to one thing."""

from uuid import UUID

from services.notifications.config import Config
from services.notifications.models import CASE, CONFERENCE, COUNCIL, IDEA, Contact, Following
from shared import links
from shared.columns import decrypt

CONFIRM, STOP, MINE = "confirm-following", "stop-following", "my-notifications"

_PUBLIC_PAGES = {IDEA: "/ideen/{id}", CASE: "/rat/vorgaenge/{id}", CONFERENCE: "/konferenzen/{id}", COUNCIL: "/rat/"}


def confirm_url(config: Config, following: Following) -> str:
    """Where somebody confirms that they want to be told about this."""
    return f"{config.web.base_url}/mitteilungen/bestaetigen/{_token(config, CONFIRM, following)}"


def stop_url(config: Config, following: Following) -> str:
    """Where somebody stops being told about this; mail programs post to it by one click."""
    return f"{config.web.base_url}/mitteilungen/abbestellen/{_token(config, STOP, following)}"


def mine_url(config: Config, contact: Contact) -> str:
    """Where somebody sees everything we tell them about."""
    return f"{config.web.base_url}/mitteilungen/meine/{links.make(config.link_key, MINE, contact.id, contact.version)}"


def tracking_url(config: Config, code: str) -> str:
    """The whole story of what an author handed in."""
    return f"{config.web.base_url}/verfolgen/{code}"


def page_url(config: Config, kind: str, topic_id: UUID | str) -> str:
    """The public page of an idea, a case, a conference, or the council; the list where no id is given."""
    path = _PUBLIC_PAGES.get(kind, "/").format(id=topic_id)
    return f"{config.web.base_url}{path}"


def story_url(config: Config, following: Following) -> str:
    """Where somebody reads on about what they follow: authors their whole story, others the public page."""
    if following.tracking_code is not None:
        return tracking_url(config, decrypt(config.box, following.tracking_code))
    return page_url(config, following.topic, following.topic_id)


def _token(config: Config, purpose: str, following: Following) -> str:
    return links.make(config.link_key, purpose, following.id, following.version)
