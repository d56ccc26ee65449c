"""Judging a run: every check is a function of the evidence that yields what it finds wrong, in words."""

from collections.abc import Callable, Iterator

from tests.chaos.checking import backbone, chains, clients, deliveries, effects
from tests.chaos.evidence import Evidence

Check = Callable[[Evidence], Iterator[str]]

CHECKS: tuple[Check, ...] = (
    backbone.i1_no_ghost,
    backbone.i2_no_loss,
    effects.i3_atomic,
    effects.i4_once,
    chains.i5_order_within_an_aggregate,
    chains.i5_order_of_causes,
    effects.i5_stories_in_order,
    backbone.i6_nothing_disappears,
    backbone.i9_bounded,
    chains.i10_trace,
    clients.nobody_is_stuck,
    clients.i11_honest,
    clients.nothing_unexplained,
    deliveries.nothing_lost,
    deliveries.nothing_unasked,
    deliveries.nothing_twice,
    deliveries.in_order,
    backbone.i12_again,
)


def violations(evidence: Evidence) -> list[str]:
    """Everything that is wrong, each with the name of the check that found it."""
    return [f"{check.__name__}: {words}" for check in CHECKS for words in check(evidence)]
