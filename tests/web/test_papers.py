"""Papers are tagged PDF, and what people write is text in them, whatever it is."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from shared.web import i18n
from shared.web.papers import apart, render
from tests.architecture.tree import ROOT
from tests.papers import pages_of, tags_of

NOTE = Path(__file__).parent / "sample" / "note.typ"


def text_of(text: str) -> str:
    """What stands on a note with this text, without white space."""
    return "".join("".join(pages_of(render(NOTE, {"title": "Zettel", "text": apart(text)}))).split()).removeprefix(
        "Zettel"
    )


@given(st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_whatever_people_write_makes_a_paper(text: str) -> None:
    told = {"title": f"Zettel: {apart(text)}", "text": apart(text)}

    assert render(NOTE, told).startswith(b"%PDF")


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=60))
@settings(max_examples=200, deadline=None)
def test_what_people_write_is_text_and_never_markup(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        '#read("/pyproject.toml")',
        '#import"@preview/x:1.0.0"',
        "#{while(true){}}",
        "*fett*_schräg_`roh`$x^2$",
        "=Titel",
        "<marke>@marke",
        "//nichts",
        "/*nichts*/",
        "\\u{41}\\#",
        "--~...'\"",
        '"]#panic()#["',
    ],
)
def test_no_sign_of_typst_does_anything(text: str) -> None:
    assert text_of(text) == text


def test_an_address_that_somebody_wrote_is_no_link() -> None:
    paper = PdfReader(BytesIO(render(NOTE, {"title": "Zettel", "text": "https://example.org/"})))

    assert "/Annots" not in paper.pages[0]


def test_names_in_the_scripts_of_the_district_are_drawn_and_what_no_font_has_is_a_question_mark() -> None:
    assert text_of("Łukasz Ğül Đặng Лейла Їжак Ελένη ትርሓስ") == "ŁukaszĞülĐặngЛейлаЇжакΕλένηትርሓስ"
    assert text_of("Tom 😀 王") == "Tom??"


@pytest.mark.parametrize(("tag", "language", "direction"), [("de", "de", "/L2R"), ("ar", "ar", "/R2L")])
def test_a_paper_is_tagged_and_names_its_language_direction_and_title(tag: str, language: str, direction: str) -> None:
    with i18n.render_in(tag, "registration"):
        pdf = render(NOTE, {"title": f"Zettel {apart('eins')}", "text": "Guten Tag"})
    paper = PdfReader(BytesIO(pdf))
    root = paper.root_object

    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/Direction"] == direction
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    assert paper.metadata is not None and paper.metadata.title == "Zettel eins"
    assert {"/Document", "/H1", "/P"} <= tags_of(pdf)


def test_a_process_without_home_or_environment_makes_papers() -> None:
    code = (
        "import sys; from pathlib import Path; from shared.web.papers import render;"
        "sys.stdout.buffer.write(render(Path(sys.argv[1]), {'title': 'Zettel', 'text': 'Guten Tag'}))"
    )
    made = subprocess.run([sys.executable, "-c", code, NOTE], env={}, cwd=ROOT, capture_output=True, check=True)

    assert pages_of(made.stdout) == ["Zettel Guten Tag"]
