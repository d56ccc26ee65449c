"""Pages for staff: what was told to whom, and the desk for data protection."""

from services.notifications.console import log, privacy

BLUEPRINTS = (log.pages, privacy.pages)
