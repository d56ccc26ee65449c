"""Registration's JSON doors."""

from services.registration.api import approval, conferences, registrations, waiting_list
from services.registration.api.blueprint import api

__all__ = ["api", "approval", "conferences", "registrations", "waiting_list"]
