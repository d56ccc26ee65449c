"""Strangers who give an address that isn't theirs, at every door, and its owner who says so."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import func, select

from services.notifications.models import Refusal
from services.notifications.use_cases import followings
from services.notifications.use_cases.followings import Wish
from shared import clock, ids
from shared.events import registration, submissions
from tests.notifications.test_audience import adopt
from tests.notifications.test_pages import post
from tests.notifications.world import World, an_author, path_of

AYSE, JAN, OMAR = "ayse@example.org", "jan@example.org", "+4915123456789"


def either(address: str) -> tuple[str | None, str | None]:
    """An address as e-mail address and number, one of them None."""
    return (address, None) if "@" in address else (None, address)


def registers(world: World, address: str) -> None:
    """Somebody wants a place at the conference and gives this address."""
    registration_id = ids.public()
    fact = registration.RegistrationRequested(
        registration_id=registration_id,
        conference_id=world.conference(),
        language="de",
        expires_at=clock.now() + timedelta(days=2),
    )
    email, phone = either(address)
    contact = registration.RegistrationContact(
        email=email,
        phone=phone,
        participant_name=None,
        confirm_url="http://localhost/anmeldung/bestaetigen/token" if email else None,
        code=None if email else "482913",
    )
    world.happens(fact, registration_id, contact, ids.internal())


def hands_in_an_idea(world: World, address: str) -> None:
    """Somebody hands in an idea and gives this address."""
    world.idea(*either(address))


def hands_in_a_petition(world: World, address: str) -> None:
    """Somebody hands in a petition and gives this address."""
    idea_id = ids.public()
    fact = submissions.PetitionReceived(
        idea_id=idea_id, language="de", topic=None, quarter=None, received_at=clock.now()
    )
    author = an_author(*either(address))
    world.happens(fact, idea_id, author, ids.internal())


def wants_to_follow(world: World, address: str) -> None:
    """Somebody wants to be told of the council's work at this address."""
    wish = Wish(topic="council", topic_id="", address=address, language="de")
    with world.database.write() as session:
        followings.request_following(session, world.config, wish)
    world.sender.send_due()


def joins_the_council(world: World, address: str) -> None:
    """The office enters somebody as a member of the council, and the conference adopts something."""
    world.member(*either(address))
    adopt(world, world.confirmed_idea(JAN))


def confirms_a_registration(world: World, address: str) -> None:
    """Registration says that somebody with this address has a place."""
    world.registration(*either(address))


ASKING: list[Callable[[World, str], None]] = [registers, hands_in_an_idea, hands_in_a_petition, wants_to_follow]
EVERYTHING = [*ASKING, joins_the_council, confirms_a_registration]


def not_me(world: World, address: str) -> str:
    """The way to the page behind "that wasn't me" in the last letter to this address."""
    return path_of(world.letters(address)[0]["links"][-1])


def refuse(world: World, client: FlaskClient, address: str = AYSE) -> None:
    """Open the link in the last letter and press the button."""
    path = not_me(world, address)
    action = f"{path}/nicht-ich" if "/s/" in path else path
    assert post(client, action, path).status_code == 303


def refusals(world: World) -> int:
    """How many mailboxes are refused."""
    with world.database.read() as session:
        return session.scalar(select(func.count()).select_from(Refusal)) or 0
