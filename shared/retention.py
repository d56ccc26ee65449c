"""How long personal data is kept: each service says it rule by rule, a timer obeys, and a report shows what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, MetaData, String, Table, bindparam, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.database import Database, UTCDateTime

#: What one transaction forgets at most: nobody waits long for a row, and what is interrupted goes on at the next run.
BATCH = 500
_HOUR = 3600.0

RUNS = Table(
    "retention_runs",
    MetaData(),
    Column("rule", String(40), primary_key=True),
    Column("ran_at", UTCDateTime, nullable=False),
    Column("forgotten", BigInteger, nullable=False),
    Column("forgotten_in_all", BigInteger, nullable=False),
)
_NOTE = text(
    "INSERT INTO retention_runs (rule, ran_at, forgotten, forgotten_in_all) VALUES (:rule, :now, :so_far, :some)"
    " ON CONFLICT (rule) DO UPDATE SET ran_at = excluded.ran_at, forgotten = excluded.forgotten,"
    " forgotten_in_all = retention_runs.forgotten_in_all + excluded.forgotten_in_all"
).bindparams(bindparam("now", type_=UTCDateTime()))


@dataclass(frozen=True, slots=True)
class Rule:
    """`what` is kept, for which `purpose`, and for how long (`kept`), in words for people.

    `forget` deletes or empties about BATCH of what is due and says how many; None where people decide case by case.
    """

    name: str
    what: Any
    purpose: Any
    kept: Any
    forget: Callable[[Session], int] | None


@dataclass(frozen=True, slots=True)
class Run:
    """When a rule was obeyed last, how much it forgot then, and since the beginning."""

    ran_at: datetime
    forgotten: int
    forgotten_in_all: int


def obey(database: Database, rule: Rule) -> None:
    """Forget all that is due by `rule`, and note it in the same transactions."""
    so_far, some = 0, BATCH
    while rule.forget and some >= BATCH:
        with database.write() as session:
            some = rule.forget(session)
            so_far += some
            session.execute(_NOTE, {"rule": rule.name, "now": clock.now(), "so_far": so_far, "some": some})


def timers(rules: Sequence[Rule]) -> list[tuple[str, float, Callable[[Database], None]]]:
    """The timers that obey them."""
    return [(f"forget {rule.name}", _HOUR, partial(obey, rule=rule)) for rule in rules if rule.forget]


def runs(session: Session) -> Mapping[str, Run]:
    """What became of each rule, by its name."""
    return {row.rule: Run(row.ran_at, row.forgotten, row.forgotten_in_all) for row in session.execute(select(RUNS))}


def create_runs_table(op: Operations) -> None:
    """For a migration: the table of what was forgotten."""
    op.create_table(RUNS.name, *(column._copy() for column in RUNS.columns))
