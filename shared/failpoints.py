"""Places where tests may let a process die, as if the power went: SIGKILL, no clean-up, no goodbye.

A place in -ing lies inside a transaction just before its commit, one in -ed behind what it names. FAILPOINT says where to die:
a place; `place:n` for its n-th pass; or the path of a file whose text says it and may be written while the process runs.
"""

import itertools
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Literal, get_args

from shared.config import Environment, WrongSetting

Place = Literal[
    "database.committing",
    "database.committed",
    "relay.led",
    "relay.numbering",
    "relay.numbered",
    "relay.published",
    "relay.confirmed",
    "relay.recording",
    "relay.recorded",
    "receiver.taken",
    "receiver.storing",
    "receiver.stored",
    "receiver.acknowledged",
    "receiver.told",
    "receipts.taken",
    "receipts.believing",
    "receipts.believed",
    "processor.claimed",
    "processor.counted",
    "processor.handling",
    "processor.handled",
    "sender.doubted",
    "sender.claiming",
    "sender.claimed",
    "sender.sent",
    "sender.recording",
    "sender.recorded",
]
PLACES: tuple[Place, ...] = get_args(Place)


def reached(place: Place) -> None:
    """Die here if this is the pass of this place that shall be the last; otherwise nothing, for one comparison."""
    if _passed is not None:
        _passed(place)


def _at(order: str) -> Callable[[Place], None]:
    place, nth = _read(order)
    passes = itertools.count(1)

    def passed(here: Place) -> None:
        if here == place and next(passes) == nth:
            _die()

    return passed


def _by(file: Path) -> Callable[[Place], None]:
    """Passes are noted beside the file, one a line; the order is taken away by the one who dies of it."""
    passes = file.with_suffix(".passes")

    def passed(here: Place) -> None:
        with passes.open("a", encoding="ascii") as lines:
            lines.write(f"{here}\n")
        try:
            place, nth = _read(file.read_text(encoding="ascii"))
            if here == place and passes.read_text(encoding="ascii").split().count(here) >= nth:
                file.rename(file.with_suffix(".died"))
                _die()
        except FileNotFoundError:
            return

    return passed


def _read(order: str) -> tuple[str, int]:
    place, _, nth = order.partition(":")
    if place not in PLACES:
        raise WrongSetting(f"FAILPOINT names no place: {place!r}.")
    return place, int(nth or 1)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _trap(order: str | None) -> Callable[[Place], None] | None:
    if not order:
        return None
    return _by(Path(order)) if "/" in order else _at(order)


_passed = _trap(Environment().optional("FAILPOINT"))
