"""The sample app of the tests of the web, and the tiny services of the tests of the backbone."""

from tests.messaging.conftest import on_postgresql, opened
from tests.web.conftest import app

__all__ = ["app", "on_postgresql", "opened"]
