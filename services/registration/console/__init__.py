"""Pages for the office: conferences and who comes, their steps, their agenda, forums and questions, papers for the day, who
waits, who is approved, and registering people who call or stand on a paper list."""

from services.registration.console import (
    approval,
    behalf,
    conferences,
    figures,
    paper_lists,
    papers,
    program,
    questions,
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
    questions.pages,
    registrations.pages,
    steps.pages,
    waiting_list.pages,
)
