"""Ways in which a run can be broken, by the check that has to find each of them out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.chaos.evidence import Evidence
from tests.chaos.honest import id_of

Breaking = Callable[[Evidence], Evidence | None]


def row(evidence: Evidence, service: str, table: str, **wanted: Any) -> Any:
    """The first row that has these values."""
    return next(it for it in evidence.rows(service, table) if all(it[name] == value for name, value in wanted.items()))


def drop(evidence: Evidence, service: str, table: str, **wanted: Any) -> None:
    rows: Any = evidence.rows(service, table)
    rows.remove(row(evidence, service, table, **wanted))


def change(evidence: Evidence, service: str, table: str, values: dict[str, Any], **wanted: Any) -> None:
    row(evidence, service, table, **wanted).update(values)


def add(evidence: Evidence, service: str, table: str, like: dict[str, Any], **values: Any) -> None:
    rows: Any = evidence.rows(service, table)
    rows.append({**row(evidence, service, table, **like), **values})


def swapped(evidence: Evidence, one: str, other: str) -> Evidence:
    """The two messages go out in each other's place."""
    texts = [handed.text for handed in evidence.handed]
    handed = list(evidence.handed)
    first, second = texts.index(one), texts.index(other)
    handed[first], handed[second] = handed[second], handed[first]
    return replace(evidence, handed=handed)


def handed_again(evidence: Evidence, event: str, **other: Any) -> Evidence:
    again = next(handed for handed in evidence.handed if handed.text == event)
    return replace(evidence, handed=[*evidence.handed, replace(again, **other)])


def sent_under_another_reference(evidence: Evidence, event: str) -> Evidence:
    add(evidence, "notifications", "notifications", {"message": event}, id="other")
    return handed_again(evidence, event, reference="other")


def told_again(evidence: Evidence, action: str, **other: str) -> Evidence:
    again = evidence.told_of(action)[0]
    return replace(evidence, told=[*evidence.told, replace(again, about={**again.about, **other})])


BROKEN: dict[str, list[tuple[str, Breaking]]] = {
    "i1_no_ghost": [
        ("an event that nobody committed", lambda it: drop(it, "council", "outbox", name="case.triaged")),
        ("another body", lambda it: change(it, "council", "inbox", {"body": "{}"}, name="recommendation.adopted")),
        ("another number", lambda it: change(it, "council", "inbox", {"seq": 99}, name="recommendation.adopted")),
    ],
    "i2_no_loss": [
        ("never stored", lambda it: drop(it, "council", "inbox", name="recommendation.adopted")),
        ("a cursor behind", lambda it: change(it, "council", "inbox_cursor", {"through": 2}, producer="submissions")),
        ("a gap in the numbers", lambda it: drop(it, "submissions", "outbox", seq=2)),
        ("not published", lambda it: change(it, "council", "stream", {"published_through": 1})),
        ("not numbered", lambda it: change(it, "council", "outbox", {"seq": None}, seq=2)),
        ("a second stream", lambda it: add(it, "council", "stream", {}, stream_id="other")),
    ],
    "i3_atomic": [
        ("a version without its event", lambda it: change(it, "submissions", "ideas", {"version": 4})),
        ("an event without its version", lambda it: change(it, "submissions", "ideas", {"version": 2})),
        ("events of nothing", lambda it: drop(it, "registration", "registrations")),
    ],
    "i4_once": [
        ("a second case", lambda it: add(it, "council", "council_case", {}, sequence=2)),
        ("no case", lambda it: drop(it, "council", "council_case")),
        ("a step told twice", lambda it: add(it, "submissions", "story_steps", {"kind": "case.opened"})),
        ("a step not told", lambda it: drop(it, "submissions", "story_steps", kind="case.opened")),
        ("a gap in case numbers", lambda it: change(it, "council", "council_case", {"sequence": 2})),
        ("twice on the front page", lambda it: add(it, "registration", "outcomes", {})),
    ],
    "i5_order_within_an_aggregate": [
        (
            "the second event handled first",
            lambda it: change(
                it,
                "submissions",
                "inbox",
                {
                    "processed_at": row(it, "submissions", "inbox", name="case.opened")["processed_at"]
                    - timedelta(seconds=1)
                },
                name="case.triaged",
            ),
        ),
    ],
    "i5_order_of_causes": [
        (
            "an effect before its cause",
            lambda it: change(
                it,
                "notifications",
                "inbox",
                {
                    "processed_at": row(it, "notifications", "inbox", name="case.opened")["processed_at"]
                    - timedelta(hours=1)
                },
                name="case.opened",
            ),
        ),
        (
            "a recommendation before its idea",
            lambda it: change(
                it,
                "notifications",
                "inbox",
                {
                    "processed_at": row(it, "notifications", "inbox", name="idea.published")["processed_at"]
                    - timedelta(hours=1)
                },
                name="recommendation.adopted",
            ),
        ),
    ],
    "i5_stories_in_order": [
        ("told backwards", lambda it: change(it, "submissions", "story_steps", {"position": 9}, kind="case.opened")),
    ],
    "i6_nothing_disappears": [
        ("left ready", lambda it: change(it, "council", "inbox", {"status": "ready"})),
        ("parked", lambda it: change(it, "council", "inbox", {"status": "parked"})),
        (
            "taken for garbage",
            lambda it: it.databases["council"]["inbox_garbage"].append({"headers": "{}"}),  # type: ignore[attr-defined]
        ),
    ],
    "i9_bounded": [
        (
            "light rows left",
            lambda it: it.databases["council"]["inbox_light"].append({"seq": 1}),  # type: ignore[attr-defined]
        ),
        ("a cursor too many", lambda it: add(it, "registration", "inbox_cursor", {}, stream_id="other")),
    ],
    "i10_trace": [
        (
            "another request named",
            lambda it: change(it, "council", "outbox", {"correlation_id": "other"}, name="case.opened"),
        ),
        (
            "a cause that nobody knows",
            lambda it: change(it, "council", "outbox", {"cause_event_id": id_of("other")}, name="case.opened"),
        ),
    ],
    "nobody_is_stuck": [("a client gave up", lambda it: replace(it, stuck=["email 1: refused"]))],
    "i11_honest": [
        ("told and not stored", lambda it: drop(it, "submissions", "outbox", name="idea.published")),
        (
            "stored twice",
            lambda it: add(it, "submissions", "outbox", {"name": "idea.published"}, event_id=id_of("other")),
        ),
        ("a step that isn't there", lambda it: drop(it, "council", "council_case_step", name="triaged")),
        ("a step nobody was told of", lambda it: replace(it, told=it.told[:-1])),
    ],
    "nothing_unexplained": [
        ("stored and never told", lambda it: replace(it, told=it.told[1:])),
        ("told and never stored", lambda it: told_again(it, "handed in", id="other")),
        ("two answers for one idea", lambda it: told_again(it, "handed in")),
    ],
    "nothing_unasked": [
        ("a message out of the blue", lambda it: handed_again(it, "idea.received", reference="other")),
        ("to somebody else", lambda it: handed_again(it, "idea.received", to="other@example.org")),
    ],
    "nothing_lost": [
        ("never sent", lambda it: replace(it, handed=it.handed[:-1])),
        ("left unsent", lambda it: change(it, "notifications", "notifications", {"status": "unknown"})),
    ],
    "nothing_twice": [
        ("sent again without need", lambda it: handed_again(it, "idea.received")),
        (
            "under another reference",
            lambda it: sent_under_another_reference(it, "idea.received"),
        ),
    ],
    "in_order": [("the later news first", lambda it: swapped(it, "case.opened", "case.triaged"))],
    "i12_again": [
        ("something changed", lambda it: replace(it, digests={"council.council_case": ("before", "after")})),
        ("something went out", lambda it: replace(it, handed_again=1)),
    ],
}
