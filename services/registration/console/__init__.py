"""Pages for the office: conferences and who comes, their steps, their forums, and who waits."""

from services.registration.console import conferences, forums, steps, waiting_list

BLUEPRINTS = (conferences.pages, forums.pages, steps.pages, waiting_list.pages)
