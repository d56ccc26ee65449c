"""The whole system, used as people use it."""
