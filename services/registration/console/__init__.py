"""Pages for the office: conferences and who comes, their steps, their agenda and forums, papers for the day, who waits,
who is approved, and registering people who call or stand on a paper list."""

from services.registration.console import (
    approval,
    behalf,
    conferences,
    figures,
    paper_lists,
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
    paper_lists.pages,
    papers.pages,
    program.pages,
    registrations.pages,
    steps.pages,
    waiting_list.pages,
)
