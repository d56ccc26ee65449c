"""The life of a case in one table: which verb leads from which states to which, who may say it, what it needs."""

from dataclasses import dataclass

OPENED, TRIAGED, SCHEDULED, DECIDED = "opened", "triaged", "scheduled", "decided"
REFERRED, ACKNOWLEDGED, ANSWERED, CLOSED = "referred", "acknowledged", "answered", "closed"

#: In the order in which a case passes through them.
STATUSES = (OPENED, TRIAGED, SCHEDULED, DECIDED, REFERRED, ACKNOWLEDGED, ANSWERED, CLOSED)
#: While an answer is awaited the clock runs.
AWAITING_ANSWER = frozenset({REFERRED, ACKNOWLEDGED})

_OFFICE = ("admin", "clerk")


@dataclass(frozen=True, slots=True)
class Transition:
    """One verb: from any of `sources` to `target`, by staff with one of `roles`, who must give what it `needs`."""

    sources: frozenset[str]
    target: str
    roles: tuple[str, ...]
    needs: tuple[str, ...] = ()


TRANSITIONS = {
    "triage": Transition(frozenset({OPENED}), TRIAGED, _OFFICE),
    # A session may put it off to a later one.
    "schedule": Transition(frozenset({TRIAGED, SCHEDULED}), SCHEDULED, _OFFICE, ("session_on",)),
    "decide": Transition(frozenset({SCHEDULED}), DECIDED, (*_OFFICE, "chair"), ("decision",)),
    "refer": Transition(frozenset({DECIDED}), REFERRED, _OFFICE, ("addressee",)),
    "acknowledge": Transition(frozenset({REFERRED}), ACKNOWLEDGED, _OFFICE),
    # Many answer without ever having confirmed that it arrived.
    "answer": Transition(AWAITING_ANSWER, ANSWERED, _OFFICE, ("answer",)),
    "close": Transition(frozenset(STATUSES) - {CLOSED}, CLOSED, _OFFICE, ("outcome", "reason")),
}

IMPLEMENTED, PARTLY_IMPLEMENTED, NOT_IMPLEMENTED = "implemented", "partly_implemented", "not_implemented"
NOT_A_PETITION, NOT_PURSUED, WITHDRAWN = "not_a_petition", "not_pursued", "withdrawn"

#: What can have become of a case when it is closed → from which states that can be said.
OUTCOMES = {
    IMPLEMENTED: frozenset({DECIDED, REFERRED, ACKNOWLEDGED, ANSWERED}),
    PARTLY_IMPLEMENTED: frozenset({DECIDED, REFERRED, ACKNOWLEDGED, ANSWERED}),
    NOT_IMPLEMENTED: frozenset({DECIDED, REFERRED, ACKNOWLEDGED, ANSWERED}),
    NOT_PURSUED: frozenset({TRIAGED, SCHEDULED, DECIDED}),
    # The chair may refuse to treat a letter as a petition, before the council deals with it.
    NOT_A_PETITION: frozenset({OPENED, TRIAGED}),
    WITHDRAWN: frozenset(STATUSES) - {CLOSED},
}


def verbs_for(status: str, roles: frozenset[str]) -> list[str]:
    """What somebody with these roles can do with a case in this state, in the order of the table."""
    return [
        verb
        for verb, transition in TRANSITIONS.items()
        if status in transition.sources and roles.intersection(transition.roles)
    ]
