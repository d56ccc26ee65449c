"""Codes that people type, and the story they open."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.submissions.models import StoryStep
from services.submissions.tracking import CODE_LENGTH, for_everybody, grouped, new_code, story
from shared import clock, ids
from shared.web.i18n import render_in

SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
codes = st.builds(new_code)


@given(codes)
def test_a_code_is_read_back_as_it_was_given(code: str) -> None:
    assert ids.read_code(code, CODE_LENGTH) == code
    assert ids.read_code(f"  {grouped(code).lower()} ", CODE_LENGTH) == code


@given(codes)
def test_every_single_wrong_symbol_is_noticed(code: str) -> None:
    for place, right in enumerate(code):
        for wrong in set(SYMBOLS) - {right}:
            assert ids.read_code(code[:place] + wrong + code[place + 1 :], CODE_LENGTH) is None


@given(codes)
def test_every_swap_of_neighbours_is_noticed(code: str) -> None:
    for place in range(len(code) - 1):
        one, other = code[place], code[place + 1]
        swapped = code[:place] + other + one + code[place + 2 :]
        assert one == other or ids.read_code(swapped, CODE_LENGTH) is None


@given(codes)
def test_symbols_that_look_alike_are_one_symbol(code: str) -> None:
    assert ids.read_code(code.replace("0", "o").replace("1", "l"), CODE_LENGTH) == code
    assert ids.read_code(code.replace("0", "O").replace("1", "I"), CODE_LENGTH) == code


@given(codes)
def test_digits_from_an_arabic_or_persian_keyboard_are_digits(code: str) -> None:
    for digits in ("٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹"):
        assert ids.read_code(code.translate(str.maketrans("0123456789", digits)), CODE_LENGTH) == code


@given(st.text(max_size=40))
def test_whatever_somebody_types_is_a_code_or_nothing(typed: str) -> None:
    code = ids.read_code(typed, CODE_LENGTH)

    assert code is None or ids.read_code(code, CODE_LENGTH) == code


def _step(kind: str, **changes: object) -> StoryStep:
    return StoryStep(
        event_id=ids.internal(), origin="idea", origin_id=UUID(int=1), kind=kind, happened_at=clock.now(), **changes
    )


def test_a_story_is_told_newest_first() -> None:
    lines = story([_step("idea.received"), _step("idea.published")], None)

    assert [line.kind for line in lines] == ["idea.published", "idea.received"]


def test_only_the_newest_step_can_be_overdue() -> None:
    due = clock.today() - timedelta(days=12)
    referred = _step("case.referred", due_on=due)

    assert story([referred], None)[0].overdue_days == 12
    assert [line.overdue_days for line in story([referred, _step("case.answered")], None)] == [0, 0]


def test_a_day_that_is_due_today_is_not_overdue() -> None:
    assert story([_step("case.referred", due_on=clock.today())], None)[0].overdue_days == 0


def test_a_closed_case_is_never_overdue() -> None:
    lines = story([_step("case.closed", due_on=clock.today() - timedelta(days=3))], None)

    assert (lines[0].due_on, lines[0].overdue_days) == (None, 0)


def test_an_event_that_is_newer_than_this_program_still_gets_a_line() -> None:
    assert story([_step("case.celebrated")], None)[0].words == "Es gibt etwas Neues."


def test_the_council_tells_its_steps_in_its_own_words() -> None:
    texts = {"de": "Der Vorgang ist abgeschlossen. Ergebnis: umgesetzt.", "ar": "أُغلق الملف."}
    step = _step("case.closed", case_id=UUID(int=7), text=texts)
    with render_in("ar", "submissions"):
        arabic = story([step], None)[0]
    with render_in("en", "submissions"):
        english = story([step], None)[0]

    assert (arabic.words, arabic.language, arabic.text) == ("أُغلق الملف.", "ar", "")
    assert (english.words, english.language) == (texts["de"], "de")


def test_everybody_reads_neither_confirmations_nor_refusals() -> None:
    lines = story(
        [_step("idea.received"), _step("idea.confirmed"), _step("idea.declined"), _step("idea.published")], None
    )

    assert [line.kind for line in for_everybody(lines)] == ["idea.published", "idea.received"]
