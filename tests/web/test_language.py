"""The language of a page, and how dates and numbers are said in it."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from shared.web import catalogues, i18n

FRIDAY = datetime(2024, 11, 22, 16, 0, tzinfo=UTC)


def spoken(client: FlaskClient, path: str = "/notiz", **headers: str) -> str:
    return str(client.get(path, headers=headers).headers["Content-Language"])


def test_german_is_the_default(client: FlaskClient) -> None:
    assert spoken(client) == "de"
    assert spoken(client, **{"Accept-Language": "xx"}) == "de"


def test_the_browsers_wish_is_followed(client: FlaskClient) -> None:
    assert spoken(client, **{"Accept-Language": "fr, ar-SY;q=0.9, en;q=0.5"}) == "ar"


def test_a_choice_is_kept_and_beats_the_browser(client: FlaskClient) -> None:
    assert spoken(client, "/notiz?lang=en") == "en"
    assert spoken(client, **{"Accept-Language": "ar"}) == "en"


@pytest.mark.parametrize("tag", ["fr", "xx", "../../etc", "", "DE"])
def test_a_language_that_is_not_offered_changes_nothing(client: FlaskClient, tag: str) -> None:
    assert spoken(client, f"/notiz?lang={tag}") == "de"
    assert spoken(client, Cookie=f"lang={tag}") == "de"


def test_an_arabic_page_runs_from_right_to_left(client: FlaskClient) -> None:
    page = client.get("/notiz?lang=ar").text

    assert '<html lang="ar" dir="rtl">' in page
    assert "kern.rtl" in page


def test_the_switch_keeps_the_page_and_its_question(client: FlaskClient) -> None:
    page = client.get("/teile?q=bank&lang=de").text

    assert 'href="/teile?q=bank&amp;lang=en"' in page


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("de", "Freitag, 22. November 2024, 17 Uhr"),
        ("en", "Friday, 22 November 2024, 17:00"),
        ("ar", "الجمعة، 22 نوفمبر 2024، 5:00 م"),
    ],
)
def test_moments_are_said_as_people_say_them(language: str, expected: str) -> None:
    with i18n.render_in(language, "sample"):
        assert " ".join(i18n.format_moment(FRIDAY).split()) == expected


def test_half_hours_and_numbers_in_german() -> None:
    assert i18n.format_clock(FRIDAY.replace(minute=30)) == "17:30\u00a0Uhr"
    assert i18n.format_number(59000) == "59.000"
    assert i18n.format_day_short(FRIDAY) == "22.11.2024"


def test_localized_falls_back_to_german() -> None:
    with i18n.render_in("ar", "sample"):
        assert i18n.localized({"de": "Hallo", "ar": "مرحبا"}) == "مرحبا"
        assert i18n.localized({"de": "Hallo", "en": "Hello"}) == "Hallo"
        assert i18n.localized_language({"de": "Hallo", "en": "Hello"}) == "de"


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (1, "متأخر منذ يوم واحد"),
        (2, "متأخر منذ يومين"),
        (5, "متأخر منذ 5 أيام"),
        (12, "متأخر منذ 12 يوماً"),
        (100, "متأخر منذ 100 يوم"),
    ],
)
def test_arabic_counts_in_all_its_forms(days: int, expected: str) -> None:
    with i18n.render_in("ar", "council"):
        assert i18n.ngettext("überfällig seit einem Tag", "überfällig seit %(n)s Tagen", days) == expected


def test_every_shared_text_is_translated() -> None:
    assert catalogues.check(["shared/web"]) == []


def test_languages_name_their_locale_and_catalogue_explicitly() -> None:
    simple = i18n.LANGUAGES["de-simple"]

    assert (simple.locale, simple.folder) == ("de", "de_simple")
    assert i18n.offered() == list(i18n.LANGUAGES.values())
