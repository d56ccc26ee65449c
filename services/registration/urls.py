"""The addresses that messages carry. A token is a right to one thing: to confirm, to manage, or to show the ticket."""

from uuid import UUID

from services.registration.config import Config
from services.registration.models import Registration
from shared import links

CONFIRM, MANAGE, TICKET = "confirm", "manage", "ticket"


def token_for(config: Config, purpose: str, registration: Registration) -> str:
    """The token for `purpose` that stands in a link."""
    return links.make(config.link_key, purpose, registration.id, registration.link_version)


def opens(config: Config, purpose: str, token: str, registration: Registration) -> bool:
    """Whether `token` was made for this purpose and registration, and not taken back since."""
    return links.holds(config.link_key, purpose, token, registration.id, registration.link_version)


def confirm_url(config: Config, registration: Registration) -> str:
    """Where a person confirms that the e-mail address is theirs."""
    return f"{config.web.base_url}/anmeldung/bestaetigen/{token_for(config, CONFIRM, registration)}"


def manage_url(config: Config, registration: Registration) -> str:
    """Where a person sees and cancels their registration."""
    return f"{config.web.base_url}/anmeldung/meine/{token_for(config, MANAGE, registration)}"


def ticket_url(config: Config, registration: Registration) -> str | None:
    """Where a person's ticket is; None without a place."""
    if registration.ticket is None:
        return None
    return f"{config.web.base_url}/anmeldung/ticket/{token_for(config, TICKET, registration)}"


def conference_url(config: Config, conference_id: UUID) -> str:
    """The public page of a conference."""
    return f"{config.web.base_url}/konferenzen/{conference_id}"
