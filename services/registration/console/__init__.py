"""Pages for the office: conferences and who comes, their steps, their agenda and forums, and who waits."""

from services.registration.console import conferences, program, steps, waiting_list

BLUEPRINTS = (conferences.pages, program.pages, steps.pages, waiting_list.pages)
