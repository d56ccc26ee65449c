"""The entrance of a conference: the desk that lets people in, its JSON, and the office's look at who is there."""

from services.registration.door import api, desk, office

__all__ = ["BLUEPRINTS", "api"]

BLUEPRINTS = (desk.pages, office.pages)
