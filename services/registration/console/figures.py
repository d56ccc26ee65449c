"""Pages for the office: what a conference has to be prepared for, in figures."""

from uuid import UUID

from flask import Blueprint, render_template, request
from werkzeug.datastructures import MultiDict

from services.registration import charts, queries, totals
from services.registration.config import config
from services.registration.models.household import AGE_GROUPS
from services.registration.models.people import ASSISTANCE, language_name
from services.registration.roles import OFFICE
from shared.web.access import staff_page
from shared.web.current import database
from shared.web.forms import Form
from shared.web.staff_tokens import Staff

pages = Blueprint("figures", __name__, url_prefix="/intern/konferenzen")

#: From so many wishes on an interpreter is booked, unless the office says another number; fewer than those that are shown
#: can't be asked for, or the mark beside a language would tell what the number hides.
WISHES_FOR_A_BOOKING = 5
MOST_WISHES = 1000


@pages.get("/<uuid:conference_id>/zahlen")
@staff_page(*OFFICE)
def planning(staff: Staff, conference_id: UUID) -> str:
    """Interpreters, help, childcare, forums, people to cater for, and how registration goes."""
    asked = request.args.get("from", WISHES_FOR_A_BOOKING, type=int)
    threshold = min(max(charts.FEWEST_SHOWN, asked), MOST_WISHES)
    with database.read() as session:
        counted = totals.totals_of(session, config, conference_id)
        conference = queries.conference(session, conference_id)
        return render_template(
            "console/figures.html",
            staff=staff,
            conference=conference,
            totals=counted,
            threshold=threshold,
            most_wishes=MOST_WISHES,
            form=Form(typed=MultiDict({"from": str(threshold)})),
            message_languages=charts.bars(counted.languages),
            interpretation=charts.bars(counted.interpretation),
            forum_interpretation={forum: charts.bars(told) for forum, told in counted.forum_interpretation.items()},
            answers={one: charts.bars(told) for one, told in totals.choices(session, config, conference).items()},
            requests=charts.over_time(counted.days),
            fewest_columns=charts.FEWEST_COLUMNS,
            fewest_shown=charts.FEWEST_SHOWN,
            language_name=language_name,
            assistance=ASSISTANCE,
            age_groups=AGE_GROUPS,
        )
