"""The operator's pages, the same in every service's console: how its events fare, and what to do where they don't."""

from shared.web.operations.pages import pages
from shared.web.operations.places import home_of

__all__ = ["home_of", "pages"]
