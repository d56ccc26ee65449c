"""Every message, rendered from its pinned example event in every language: complete, and as the style of messages wants it."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from services.notifications.channels import gsm
from services.notifications.channels.letter import Letter
from services.notifications.config import Config
from services.notifications.due import Due, Followed, Reader
from services.notifications.forms import Kind
from services.notifications.models import (
    AUTHOR,
    EMAIL,
    FOLLOWER,
    MEMBER,
    PARTICIPANT,
    SMS,
)
from services.notifications.rendering import MESSAGES, render
from shared import clock, ids
from shared.columns import encrypt
from shared.events.catalogue import EVENTS
from shared.web.i18n import offered
from tests.notifications.world import ENDS_AT, STARTS_AT
from tests.web.conftest import web_settings

CONTRACTS = Path(__file__).parents[1] / "contracts"
FOLDERS = Path("services/notifications/messages")
LANGUAGES = tuple(language.tag for language in offered())
RIGHT_TO_LEFT = ("ar", "fa")
#: Whose letters all stand in the alphabet of SMS; those of the others halve a part.
PLAIN_LETTERS = ("de", "de-simple", "en")
ROLES = (AUTHOR, PARTICIPANT, FOLLOWER, MEMBER)
# Date, place or a link that stands for a right: with Arabic letters these take a third part.
SAYS_MUCH = {
    "access.ready",
    "conference.announced",
    *(
        f"registration.{step}"
        for step in ("applied", "changed", "confirmed", "offered", "promoted", "reminded", "repeated", "waitlisted")
    ),
}
QUESTIONS = sorted(name for name, message in MESSAGES.items() if message.kind is Kind.CONFIRMATION)
PUBLIC_HOST = "https://mitsprache-harburg.de"

PRIVATE = {
    "email": "ayse@example.org",
    "phone": None,
    "participant_name": "Ayşe Yılmaz",
    "author_name": "Ayşe Yılmaz",
    "confirm_url": f"{PUBLIC_HOST}/ideen/bestaetigen/token",
    "code": "482913",
    "manage_url": f"{PUBLIC_HOST}/anmeldung/meine/CoBAcV80V_eGuoWrveQdrg.9984e0393cc89e0ef33a1a8cc2f7f12b",
    "ticket_url": f"{PUBLIC_HOST}/anmeldung/ticket/CoBAcV80V_eGuoWrveQdrg.9984e0393cc89e0ef33a1a8cc2f7f12b",
    "ticket": "K7QX2-M4P9T",
    "tracking_code": "K7QX2M4P9TBD",
}
CONFERENCE = {
    "title": {
        "de": "18. Harburger Integrationskonferenz",
        "en": "18th Harburg Integration Conference",
        "ar": "مؤتمر هاربورغ الثامن عشر للاندماج",
    },
    "starts_at": STARTS_AT.isoformat(),
    "ends_at": ENDS_AT.isoformat(),
    "venue_name": "Rieckhof",
    "venue": "Rieckhof, Rieckhoffstraße 12, 21073 Hamburg",
}


@pytest.fixture
def public_config(config: Config) -> Config:
    """Settings with a public address as long as real ones are."""
    return replace(config, web=web_settings(base_url=PUBLIC_HOST))


def facts_of(name: str) -> dict[str, Any]:
    """What a notification of this message is made of."""
    if name == "follow.requested":
        return {"topic_kind": "council", "topic_id": "", "title": None, "code": "482913"}
    if name in {"link.requested", "sms.help"}:
        return {}
    if name == "access.ready":
        return {"access_id": "0f8c1c93-a51d-457a-bfcb-8a4a6a342006"}
    facts = {"fact": json.loads((CONTRACTS / f"{name}.json").read_text())["data"]}
    if "notifications" in EVENTS[name].private:
        facts["private"] = PRIVATE
    if name.startswith("registration."):
        facts["conference"] = CONFERENCE
    return facts


def letter_of(
    config: Config, name: str, language: str, channel: str = EMAIL, role: str = FOLLOWER, **told: str
) -> Letter:
    """The message as somebody gets it who follows in this role; `told` are fields of the fact that are others."""
    address = "ayse@example.org" if channel == EMAIL else "+4915123456789"
    contact = Reader(ids.internal(), version=1, address=encrypt(config.box, address), confirmed_at=None)
    facts = facts_of(name)
    if told:
        facts["fact"] |= told
    following = Followed(
        ids.internal(),
        version=1,
        role=role,
        topic="case",
        topic_id=str(ids.public()),
        tracking_code=encrypt(config.box, "K7QX2M4P9TBD") if role == AUTHOR else None,
    )
    due = Due(
        id=ids.internal(),
        event_id=ids.internal(),
        message=name,
        channel=channel,
        language=language,
        facts=encrypt(config.box, json.dumps(facts)),
        created_at=clock.now(),
        traceparent=None,
        contact=contact,
        following=following,
    )
    return render(config, due)


def test_every_folder_is_in_the_table_and_whole() -> None:
    folders = {path.name: {file.name for file in path.iterdir()} for path in FOLDERS.iterdir() if path.is_dir()}

    assert set(folders) == set(MESSAGES)
    assert all(files == {"subject.txt", "body.txt", "body.html", "sms.txt"} for files in folders.values())


@pytest.mark.parametrize("name", sorted(MESSAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_email_is_complete_in_every_language(public_config: Config, name: str, language: str) -> None:
    for role in ROLES:
        letter = letter_of(public_config, name, language, EMAIL, role)
        everything = letter.subject + letter.text + letter.html

        assert letter.subject and "\n" not in letter.subject
        assert letter.links
        assert all(link in letter.text and link in letter.html for link in letter.links)
        assert public_config.web.operator.site_name in letter.text
        assert "!" not in letter.subject + letter.text
        assert "Undefined" not in everything and "None" not in everything and "%(" not in everything
        direction = "rtl" if language in RIGHT_TO_LEFT else "ltr"
        assert f'lang="{language}" dir="{direction}"' in letter.html


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_the_languages_differ(public_config: Config, name: str) -> None:
    texts = {letter_of(public_config, name, language).text for language in LANGUAGES}

    # Plain German may say the same as German.
    assert len(texts) >= len(LANGUAGES) - 1
    assert re.search("[\u0600-\u06ff]", letter_of(public_config, name, "ar").text)


@pytest.mark.parametrize("name", sorted(MESSAGES))
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_fits_into_two_parts_or_three_of_wide_letters_and_names_its_sender(
    public_config: Config, name: str, language: str
) -> None:
    has_room = language in PLAIN_LETTERS or (language == "ar" and name not in SAYS_MUCH)
    for role in ROLES:
        sms = gsm.fit(letter_of(public_config, name, language, SMS, role).text)

        assert sms.parts <= (2 if has_room else 3), sms
        assert "HIR Harburg" in sms.text
        assert not (sms.is_ucs2 and language in PLAIN_LETTERS)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_nothing_a_stranger_typed_goes_to_an_unconfirmed_address(
    public_config: Config, name: str, channel: str
) -> None:
    letter = letter_of(public_config, name, "de", channel)

    assert "Ayşe" not in letter.text + letter.html + letter.subject
    assert letter.stop_url is None


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_to_a_stranger_says_how_to_end_it_for_good(public_config: Config, name: str, language: str) -> None:
    letter = letter_of(public_config, name, language)
    link = letter.links[-1]

    assert link.startswith(f"{PUBLIC_HOST}/mitteilungen/nicht-ich/")
    assert link in letter.text and f'href="{link}"' in letter.html
    assert "/mitteilungen/meine/" not in letter.text + letter.html


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_sms_says_so_too_where_that_costs_no_further_part(public_config: Config, name: str, language: str) -> None:
    parts, has_link = parts_and_link(public_config, name, language)
    far = replace(public_config, web=web_settings(base_url=f"https://{'mitsprache.' * 9}de"))
    fewest, has_far_link = parts_and_link(far, name, language)

    assert not has_far_link
    assert parts <= (1 if language in PLAIN_LETTERS else 2)
    # Wide letters leave no room beside a tracking code.
    assert has_link or language not in PLAIN_LETTERS
    assert parts == fewest or not has_link


def parts_and_link(config: Config, name: str, language: str) -> tuple[int, bool]:
    """How many parts the SMS takes, and whether it leads to the page with the button."""
    letter = letter_of(config, name, language, SMS)
    return gsm.fit(letter.text).parts, any("/mitteilungen/s/" in link for link in letter.links)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_only_news_can_be_stopped_by_one_click(public_config: Config, name: str) -> None:
    letter = letter_of(public_config, name, "de")

    assert (letter.stop_url is not None) == (MESSAGES[name].kind is Kind.NEWS)


def test_a_title_is_escaped_and_kept_apart_in_html(public_config: Config) -> None:
    html = letter_of(public_config, "registration.confirmed", "ar").html

    assert "<bdi>مؤتمر هاربورغ الثامن عشر للاندماج</bdi>" in html
    assert "<bdi>K7QX2-M4P9T</bdi>" in html


def test_a_ticket_comes_with_a_date_for_the_calendar(public_config: Config) -> None:
    (attachment,) = letter_of(public_config, "registration.confirmed", "de").attachments

    calendar = attachment.content.decode()
    assert "METHOD:PUBLISH" in calendar and "TZID=Europe/Berlin:20270305T170000" in calendar
    (taken_back,) = letter_of(public_config, "registration.cancelled", "de").attachments
    assert "METHOD:CANCEL" in taken_back.content.decode() and "STATUS:CANCELLED" in taken_back.content.decode()


@pytest.mark.parametrize(("language", "words"), [("de", "leider keinen Platz"), ("en", "cannot give"), ("ar", "مقعد")])
@pytest.mark.parametrize("channel", [EMAIL, SMS])
def test_a_refusal_is_plain_names_a_telephone_and_takes_no_date_out(
    public_config: Config, language: str, words: str, channel: str
) -> None:
    told = {"reason": "refused", "previous_status": "applied"}
    letter = letter_of(public_config, "registration.cancelled", language, channel, **told)

    assert words in letter.text and (channel == SMS or words in letter.subject)
    assert public_config.web.operator.phone in letter.text
    assert letter.attachments == ()
    assert channel == EMAIL or gsm.fit(letter.text).parts <= 2


@pytest.mark.parametrize("name", ["repeated", "changed", "answer_missed"])
@pytest.mark.parametrize("channel", [EMAIL, SMS])
@pytest.mark.parametrize(
    ("language", "being_checked", "waiting"),
    [("de", "prüfen", "Warteliste"), ("en", "checking", "waiting list"), ("ar", "نراجع", "قائمة الانتظار")],
)
def test_whose_registration_is_checked_never_reads_of_a_place_or_a_waiting_list(
    public_config: Config, name: str, channel: str, language: str, being_checked: str, waiting: str
) -> None:
    letter = letter_of(public_config, f"registration.{name}", language, channel, status="applied")

    assert being_checked in letter.text
    assert waiting not in letter.text + letter.subject
    assert letter.attachments == ()


@pytest.mark.parametrize("reason", ["withdrawn", "conference_cancelled", "declined", "removed", "refused"])
@pytest.mark.parametrize("standing", ["waitlisted", "offered", "applied"])
def test_whoever_never_had_a_place_has_no_date_to_take_out(public_config: Config, reason: str, standing: str) -> None:
    told = {"reason": reason, "previous_status": standing}
    letter = letter_of(public_config, "registration.cancelled", "de", **told)

    assert letter.attachments == ()
    assert "wieder frei" not in letter.text


@pytest.mark.parametrize(("language", "words"), [("de", "JA oder NEIN"), ("en", "YES or NO"), ("ar", "نعم أو لا")])
@pytest.mark.parametrize("answers_to", ["HIR Harburg", "+4915123456700"])
def test_an_offer_by_sms_asks_for_the_word_that_answers_it_in_two_parts(
    public_config: Config, language: str, words: str, answers_to: str
) -> None:
    answerable = replace(public_config, sms_answers_to=answers_to)
    letter = letter_of(answerable, "registration.offered", language, SMS)

    assert words.rsplit(maxsplit=1)[-1] in letter.text
    assert gsm.fit(letter.text).parts <= 2
    assert ("+4915123456700" in letter.text) == (answers_to != "HIR Harburg")
    # Arabic letters leave no room for a link beside the words; German ones do.
    assert ("/anmeldung/meine/" in letter.text) == (language != "ar")
