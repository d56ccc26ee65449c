"""Registration's JSON doors."""

from services.registration.api import conferences, registrations, waiting_list
from services.registration.api.blueprint import api

__all__ = ["api", "conferences", "registrations", "waiting_list"]
