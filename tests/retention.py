"""Obeying the rules of retention in tests, as the timer does."""

from collections.abc import Sequence

from shared import retention
from shared.database import Database


def forget(database: Database, rules: Sequence[retention.Rule], *names: str) -> dict[str, int]:
    """Obey these rules, or all, and say how much each forgot in this run."""
    wanted = [rule for rule in rules if rule.forget and (not names or rule.name in names)]
    for rule in wanted:
        retention.obey(database, rule)
    with database.read() as session:
        runs = retention.runs(session)
    return {rule.name: runs[rule.name].forgotten for rule in wanted}
