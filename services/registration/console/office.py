"""Who plans conferences."""

OFFICE = ("clerk", "admin")
