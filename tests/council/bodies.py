"""What the other services publish, as council gets it."""

from uuid import UUID, uuid4

from shared import clock
from shared.events.submissions import PetitionReceived, PetitionText, RecommendationAdopted


def an_adopted_recommendation(recommendation_id: UUID | None = None, **changes: object) -> RecommendationAdopted:
    """A recommendation with a counted vote."""
    values: dict[str, object] = {
        "recommendation_id": recommendation_id or uuid4(),
        "number": "E-2026-0001",
        "title": {"de": "Mehr Dolmetscher im Bürgeramt", "en": "More interpreters at the citizens’ office"},
        "text": {"de": "Das Bürgeramt bietet feste Stunden mit Dolmetschern an."},
        "idea_ids": [uuid4()],
        "conference_id": uuid4(),
        "conference_title": {"de": "17. Integrationskonferenz"},
        "votes_yes": 41,
        "votes_no": 3,
        "votes_abstain": 5,
        "addressee_kind": "authority",
        "addressee_name": "Behörde für Inneres und Sport",
        "adopted_at": clock.now(),
    }
    return RecommendationAdopted(**(values | changes))  # type: ignore[arg-type]


_PETITION_FIELDS = ("title", "text", "petitioner_name", "petitioner_address")
PRIVATE_WORDS = (
    "Lärm im Treppenhaus",
    "Seit Monaten schlafen wir nicht.",
    "Amal Beispiel",
    "Musterweg 1, 21073 Hamburg",
)


def a_petition(idea_id: UUID | None = None) -> PetitionReceived:
    """A petition; its private part is `a_petition_text`."""
    idea_id = idea_id or uuid4()
    return PetitionReceived(idea_id=idea_id, language="de", topic=None, quarter=None, received_at=clock.now())


def a_petition_text() -> PetitionText:
    """What the petitioner wrote and who it is."""
    return PetitionText(**dict(zip(_PETITION_FIELDS, PRIVATE_WORDS, strict=True)))
