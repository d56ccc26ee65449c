"""How far a conference can be, and the steps that lead from one state to another."""

DRAFT, ANNOUNCED, OPEN, FULL, CLOSED, HELD, DOCUMENTED, ARCHIVED, CANCELLED = STATES = (
    "draft",
    "announced",
    "open",
    "full",
    "closed",
    "held",
    "documented",
    "archived",
    "cancelled",
)

#: What each verb does: from which states it is allowed, and to which state it leads (None: it stays). Never stored is "full":
#: it is "open" without a place for anybody new. Opening and closing again change nothing: the clock may have come first.
STEPS: dict[str, tuple[frozenset[str], str | None]] = {
    "announce": (frozenset({DRAFT}), ANNOUNCED),
    "open": (frozenset({ANNOUNCED, OPEN, CLOSED}), OPEN),
    "close": (frozenset({OPEN, CLOSED}), CLOSED),
    "postpone": (frozenset({ANNOUNCED, OPEN, CLOSED}), None),
    "hold": (frozenset({OPEN, CLOSED}), HELD),
    "document": (frozenset({HELD, DOCUMENTED}), DOCUMENTED),
    "archive": (frozenset({HELD, DOCUMENTED}), ARCHIVED),
    "cancel": (frozenset({DRAFT, ANNOUNCED, OPEN, CLOSED}), CANCELLED),
}
#: In these states somebody can still get a place; the others are over or not public yet.
TO_COME = frozenset({ANNOUNCED, OPEN, CLOSED})
