"""Pages for the office: conferences and who comes, their steps, their agenda and forums, papers for the day, who waits,
who is approved, and registering people who call."""

from services.registration.console import (
    approval,
    behalf,
    conferences,
    figures,
    papers,
    program,
    registrations,
    steps,
    waiting_list,
)

BLUEPRINTS = (
    approval.pages,
    behalf.pages,
    conferences.pages,
    figures.pages,
    papers.pages,
    program.pages,
    registrations.pages,
    steps.pages,
    waiting_list.pages,
)
