"""Council's JSON doors."""

from services.council.api import cases, tokens
from services.council.api.blueprint import api

__all__ = ["api", "cases", "tokens"]
