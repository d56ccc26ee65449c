"""Forms: one schema for page and API, answers in the reader's language, nothing typed is lost."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields
from werkzeug.datastructures import MultiDict

from shared.web import forms, i18n
from shared.web.forms import Form
from tests.web.posting import NOTE, post_note
from tests.web.sample.app import NoteSchema


def validated(*pairs: tuple[str, str]) -> Form:
    return forms.validate(NoteSchema(), MultiDict([*NOTE.items(), *pairs]))


def test_a_good_form_gives_values_in_their_normal_form(app: Flask) -> None:
    with app.app_context():
        form = validated(("email", " Ayse@BEISPIEL.example "), ("phone", "0151 23456789"), ("count", "3"))

    assert form.is_valid
    assert form.values is not None
    assert form.values["email"] == "Ayse@beispiel.example"
    assert form.values["phone"] == "+4915123456789"
    assert form.values["count"] == 3


def test_an_empty_field_counts_as_missing() -> None:
    form = validated(("email", ""), ("count", ""))

    assert form.is_valid
    assert form.values == NOTE


def test_several_choices_come_as_a_list() -> None:
    form = validated(("topics", "housing"), ("topics", "school"))

    assert form.values is not None
    assert form.values["topics"] == ["housing", "school"]


def test_a_wrong_choice_is_told_once_at_its_group() -> None:
    form = validated(("topics", "x"), ("topics", "y"))

    assert form.errors == {"topics": ["Bitte wählen Sie eine der Möglichkeiten."]}


def test_nested_and_localized_fields_are_named_with_dots() -> None:
    form = validated(("place.street", "Am Sand 1"), ("heading.de", "Hallo"), ("heading.en", "Hello"))

    assert form.values is not None
    assert form.values["place"] == {"street": "Am Sand 1"}
    assert form.values["heading"] == {"de": "Hallo", "en": "Hello"}


def test_a_mapping_takes_what_comes_after_its_dot_save_what_is_empty() -> None:
    schema = Schema.from_dict({"answers": fields.Dict(keys=fields.Integer(), values=fields.String())})()
    typed = MultiDict([("answers.7", "ja"), ("answers.8", ""), ("answer.9", "nein"), ("answers", "alle")])

    assert forms.validate(schema, typed).values == {"answers": {7: "ja"}}


def test_an_error_in_a_nested_field_carries_its_whole_name() -> None:
    form = validated(("place.locality", "Harburg"))

    assert form.errors == {"place.street": ["Bitte füllen Sie dieses Feld aus."]}


def test_staff_text_needs_german() -> None:
    form = validated(("heading.en", "Hello"))

    assert form.errors == {"heading": ["Bitte schreiben Sie den Text auf Deutsch; andere Sprachen sind freiwillig."]}


@pytest.mark.parametrize(
    ("language", "missing", "too_big"),
    [
        ("de", "Bitte füllen Sie dieses Feld aus.", "Bitte geben Sie eine Zahl von 1 bis 5 ein."),
        ("en", "Please fill in this field.", "Please enter a number from 1 to 5."),
        ("ar", "يرجى ملء هذه الخانة.", "يرجى إدخال رقم من 1 إلى 5."),
    ],
)
def test_messages_speak_the_readers_language(language: str, missing: str, too_big: str) -> None:
    with i18n.render_in(language, "sample"):
        form = forms.validate(NoteSchema(), MultiDict({"text": "x", "count": "9"}))

    assert form.errors == {"title": [missing], "count": [too_big]}


def test_the_page_keeps_what_was_typed_and_points_at_the_error(client: FlaskClient) -> None:
    page = post_note(client, {"title": "Mehr <b>Bänke</b>", "text": ""})

    assert page.status_code == 422
    assert 'value="Mehr &lt;b&gt;Bänke&lt;/b&gt;"' in page.text
    assert 'href="#f-text">Ihr Anliegen: Bitte füllen Sie dieses Feld aus.</a>' in page.text
    assert 'id="f-text-error"' in page.text
    assert 'aria-invalid="true"' in page.text


def test_a_good_form_is_stored_and_shown(client: FlaskClient) -> None:
    answer = post_note(client, NOTE)

    assert answer.status_code == 302
    assert "Am Bahnhof fehlen Bänke." in client.get(answer.location).text


@pytest.mark.parametrize("number", ["0900 1234567", "040 42871", "+1 900 555 0100", "112", "+881 6 12345678", "abc"])
def test_only_mobile_numbers_are_taken(number: str) -> None:
    assert list(validated(("phone", number)).errors) == ["phone"]


@pytest.mark.parametrize(
    "name",
    ["محمد عبد الله", "Nguyễn Thị Ánh", "ትግርኛ", "Олександр", "O’Connor-Öztürk", "علی‌رضا", "李小龍", "Łucja Żak"],
)
def test_real_names_pass(name: str) -> None:
    assert validated(("place.street", name)).is_valid


@pytest.mark.parametrize(
    "line",
    ["a\u202eb", "a\u2066b", "a\x00b", "a\x1bb", "a\nb", "a\x85b", "a\u2028b", "Z" + "\u0301" * 20],
    ids=["override", "isolate", "NUL", "escape", "line end", "C1", "line separator", "stacked marks"],
)
def test_a_line_refuses_what_can_deceive(line: str) -> None:
    form = forms.validate(NoteSchema(), MultiDict({"title": line, "text": "x"}))

    assert list(form.errors) == ["title"]


def test_length_counts_characters_after_normalising() -> None:
    assert forms.validate(NoteSchema(), MultiDict({"title": "a\u0308" * 60, "text": "x"})).is_valid
    assert not forms.validate(NoteSchema(), MultiDict({"title": "ä" * 61, "text": "x"})).is_valid


def test_the_api_validates_by_the_same_schema(client: FlaskClient) -> None:
    answer = client.post("/api/sample/v1/notes?lang=en", json={"title": "x", "place": {}})

    assert answer.status_code == 422
    assert answer.mimetype == "application/problem+json"
    assert answer.json is not None
    assert answer.json["errors"] == {
        "text": ["Please fill in this field."],
        "place.street": ["Please fill in this field."],
    }


def test_a_plain_string_is_taken_as_german(app: Flask) -> None:
    with app.app_context():
        assert NoteSchema().load({**NOTE, "heading": "Hallo"})["heading"] == {"de": "Hallo"}


def test_a_number_that_no_sms_goes_to_is_refused_with_the_reason(client: FlaskClient) -> None:
    page = post_note(client, {**NOTE, "phone": "+90 532 1234567"})

    assert page.status_code == 422
    assert "An Nummern aus diesem Land" in page.text
