"""What happens elsewhere, said in one line each, and what people got of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from services.notifications import queries, urls
from services.notifications.channels import addresses
from services.notifications.config import Config
from services.notifications.models import EMAIL, SMS, Contact
from services.notifications.sender import Sender
from shared import clock, ids
from shared.database import Database
from shared.events import council, registration, submissions
from shared.events.catalogue import producer_of
from shared.events.event import Event
from shared.messaging import outbox
from tests.backbone import Backbone, Thing

STARTS_AT = datetime(2027, 3, 5, 16, 0, tzinfo=UTC)
ENDS_AT = datetime(2027, 3, 5, 20, 0, tzinfo=UTC)


class Senders:
    """Both ways out, one after the other."""

    def __init__(self, config: Config, database: Database) -> None:
        self._senders = [Sender(config, database, channel) for channel in (EMAIL, SMS)]

    def send_due(self) -> int:
        """Send everything that is due now; returns how many were tried."""
        return sum(sender.send_due() for sender in self._senders)

    def close(self) -> None:
        """Give the connections back."""
        for sender in self._senders:
            sender.close()


@dataclass
class World:
    """The neighbours, the settled backbone between, and the sender behind notifications."""

    backbone: Backbone
    others: Mapping[str, Database]
    config: Config
    database: Database
    sender: Senders
    _things: dict[str, Thing] = field(default_factory=dict)

    def happens(
        self, fact: Event, about: UUID, private: Any = None, subject_id: UUID | None = None, send: bool = True
    ) -> UUID:
        """`fact` happens at its publisher to the aggregate `about`; everything settles, and what is due is sent."""
        thing = self._things.setdefault(outbox.key_of(fact.aggregate, about), Thing(about))
        boxes = {"notifications": private} if private else {}
        with self.others[producer_of(type(fact))].write() as session:
            event_id = outbox.add(session, thing, fact, private=boxes, subject_id=subject_id)
        self.backbone.settle()
        if send:
            self.sender.send_due()
        return event_id

    def send_soon(self) -> None:
        """What was asked for on a page is sent a little later."""
        with clock.moved(timedelta(seconds=30)):
            self.sender.send_due()

    def letters(self, to: str | None = None) -> list[dict[str, Any]]:
        """What was sent, newest first; to one address only, if given."""
        with self.database.read() as session:
            return queries.kept_letters(session, self.config, to)[0]

    def log(self, **wanted: Any) -> list[queries.LogLine]:
        """All notifications, newest first, or those that `wanted` names."""
        with self.database.read() as session:
            return queries.log(session, self.config, wanted)[0]

    def own_page(self, address: str) -> str:
        """Where the links of news lead somebody: to what they follow."""
        with self.database.read() as session:
            known = Contact.address_mark == addresses.address_mark(self.config.link_key, address)
            return path_of(urls.mine_url(self.config, session.query(Contact).filter(known).one()))

    def idea(self, email: str | None = None, phone: str | None = None, language: str = "de") -> tuple[UUID, UUID]:
        """Somebody hands in an idea; returns its id and the person's subject id."""
        idea_id, subject_id = ids.public(), ids.internal()
        fact = submissions.IdeaReceived(idea_id=idea_id, language=language, topic=None, quarter=None)
        self.happens(fact, idea_id, an_author(email, phone), subject_id)
        return idea_id, subject_id

    def happens_unsent(self, email: str | None = None, phone: str | None = None) -> None:
        """Somebody hands in an idea, and nobody sends the receipt yet."""
        idea_id = ids.public()
        fact = submissions.IdeaReceived(idea_id=idea_id, language="de", topic=None, quarter=None)
        self.happens(fact, idea_id, an_author(email, phone), ids.internal(), send=False)

    def confirmed_idea(self, email: str | None = None, phone: str | None = None, language: str = "de") -> UUID:
        """Somebody hands in an idea and confirms their contact."""
        idea_id, subject_id = self.idea(email, phone, language)
        self.happens(submissions.IdeaConfirmed(idea_id=idea_id), idea_id, subject_id=subject_id)
        return idea_id

    def member(self, email: str | None = None, phone: str | None = None, language: str = "de") -> UUID:
        """Somebody becomes a member of the council."""
        staff_id = ids.internal()
        self.happens(a_member(staff_id, language=language), staff_id, a_staff_contact(email, phone))
        return staff_id

    def conference(self) -> UUID:
        """A conference is announced."""
        conference_id = ids.public()
        self.happens(a_conference(conference_id), conference_id)
        return conference_id

    def registration(
        self,
        email: str | None = None,
        phone: str | None = None,
        language: str = "de",
        conference_id: UUID | None = None,
    ) -> UUID:
        """Somebody's registration is confirmed."""
        registration_id = ids.public()
        fact = registration.RegistrationConfirmed(
            registration_id=registration_id,
            conference_id=conference_id or self.conference(),
            language=language,
            places=2,
            ticket_mark="5f" * 32,
        )
        self.happens(fact, registration_id, a_participant(email, phone), ids.internal())
        return registration_id


def path_of(link: str) -> str:
    """A link without its host."""
    return link.removeprefix("http://localhost")


def a_participant(email: str | None, phone: str | None = None) -> registration.RegistrationContact:
    """The sealed part of a confirmed registration."""
    return registration.RegistrationContact(
        email=email,
        phone=phone,
        participant_name="Ayşe Yılmaz",
        manage_url="http://localhost/anmeldung/meine/token",
        ticket_url="http://localhost/anmeldung/ticket/token",
        ticket="K7QX2-M4P9T",
    )


def an_author(email: str | None, phone: str | None, name: str = "Ayşe Yılmaz") -> submissions.AuthorContact:
    """The sealed part of an idea: a link for an e-mail address, digits for a number."""
    return submissions.AuthorContact(
        email=email,
        phone=phone,
        author_name=name,
        tracking_code="K7QX2M4P9TBD",
        confirm_url="http://localhost/ideen/bestaetigen/abc" if email else None,
        code=None if email else "482913",
    )


def a_conference(conference_id: UUID) -> registration.ConferenceAnnounced:
    """A conference in spring."""
    return registration.ConferenceAnnounced(
        conference_id=conference_id,
        title={"de": "18. Harburger Integrationskonferenz", "en": "18th Harburg Integration Conference"},
        motto={"de": "Zusammenleben in Vielfalt"},
        starts_at=STARTS_AT,
        ends_at=ENDS_AT,
        venue_name="Rieckhof",
        venue_street="Rieckhoffstraße 12",
        venue_postal_code="21073",
        venue_locality="Hamburg",
    )


def a_member(staff_id: UUID, roles: tuple[str, ...] = ("member",), language: str = "de") -> council.StaffChanged:
    """Somebody's account, with the roles of a member of the council."""
    return council.StaffChanged(staff_id=staff_id, roles=list(roles), language=language, revoked_sessions=[])


def a_staff_contact(email: str | None, phone: str | None = None) -> council.StaffContact:
    """How to reach them."""
    return council.StaffContact(email=email, phone=phone, staff_name="Jan Petersen")


def a_recommendation(recommendation_id: UUID, idea_ids: list[UUID]) -> submissions.RecommendationAdopted:
    """What the conference made of some ideas."""
    return submissions.RecommendationAdopted(
        recommendation_id=recommendation_id,
        number="E-2027-003",
        title={
            "de": "Mehr Sprachmittler in Ämtern",
            "en": "More language mediators in public offices",
            "ar": "مزيد من الوسطاء اللغويين في الدوائر",
        },
        text={"de": "Das Bezirksamt stellt in jedem Kundenzentrum Sprachmittler bereit."},
        idea_ids=idea_ids,
        conference_id=ids.public(),
        conference_title={"de": "18. Harburger Integrationskonferenz"},
        votes_yes=61,
        votes_no=7,
        votes_abstain=9,
        addressee_kind="district_office",
        addressee_name="Bezirksamt Harburg",
        adopted_at=STARTS_AT,
    )


def a_case_step(
    kind: type[council.CaseEvent], case_id: UUID, origin_id: UUID, origin: str = "recommendation"
) -> council.CaseEvent:
    """Something that happened to a case."""
    return kind(
        case_id=case_id,
        number="V-2027-0007",
        origin=origin,
        origin_id=origin_id,
        status=kind.name.removeprefix("case."),
        title={
            "de": "Mehr Sprachmittler in Ämtern",
            "en": "More language mediators in public offices",
            "ar": "مزيد من الوسطاء اللغويين في الدوائر",
        },
        addressee_name="Bezirksamt Harburg",
        public_text={
            "de": "Das Bezirksamt stellt ab Mai zwei Sprachmittler ein.",
            "en": "The district office will employ two language mediators from May.",
            "ar": "سيوظّف مكتب المنطقة وسيطين لغويين اعتبارًا من شهر مايو.",
        },
        happened_at=STARTS_AT,
    )
