"""Names stand where a reader of a German list looks for them, and the parts of the alphabet follow that order."""

from hypothesis import given
from hypothesis import strategies as st

from services.registration.models.alphabet import BEGINNINGS, part_of, sorted_as

NAMES = st.text(min_size=1, max_size=12)


def test_capitals_and_marks_at_letters_count_for_nothing() -> None:
    names = ["zoë", "Özil", "Łukasz", "ołena", "Ümit", "Ilkay", "İlkay", "ışıl", "Straße", "Strasse", "Ольга", "ليلى"]
    expected = [
        "Ilkay",
        "İlkay",
        "ışıl",
        "Łukasz",
        "ołena",
        "Özil",
        "Straße",
        "Strasse",
        "Ümit",
        "zoë",
        "Ольга",
        "ليلى",
    ]
    assert sorted(names, key=sorted_as) == expected


@given(NAMES, NAMES)
def test_a_name_that_stands_before_another_is_in_no_later_part(one: str, other: str) -> None:
    first, second = sorted((one, other), key=sorted_as)
    assert (part_of(first) or 0) <= (part_of(second) or 0)


def test_a_part_tells_next_to_nothing() -> None:
    latin = [part_of(chr(letter)) for letter in range(ord("a"), ord("z") + 1)]
    assert len(set(latin)) == len(BEGINNINGS)
    assert part_of("Ольга") == part_of("ليلى") == len(BEGINNINGS)
    assert part_of(None) is part_of("") is None
