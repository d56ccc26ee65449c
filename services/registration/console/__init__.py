"""Pages for the office: conferences and who comes, their steps, their agenda and forums, and who waits."""

from services.registration.console import conferences, figures, program, registrations, steps, waiting_list

BLUEPRINTS = (conferences.pages, figures.pages, program.pages, registrations.pages, steps.pages, waiting_list.pages)
