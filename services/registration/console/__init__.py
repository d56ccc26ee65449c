"""Pages for the office: conferences, who comes, and who waits."""

from services.registration.console import conferences, waiting_list

BLUEPRINTS = (conferences.pages, waiting_list.pages)
