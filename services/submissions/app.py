"""The Flask app of submissions."""

from flask import Flask

from services.submissions import api, console, labels, public
from services.submissions.config import Config
from services.submissions.retention import RULES
from shared.database import Database
from shared.web import operations, retention
from shared.web.api import mount_api
from shared.web.app import new_app
from shared.web.i18n import lazy_gettext
from shared.web.look import NavLink


def create_app(config: Config, database: Database) -> Flask:
    """The pages and JSON routes of submissions over `database`."""
    nav = (NavLink("/intern/ideen/empfehlungen/", lazy_gettext("Empfehlungen")),)
    app = new_app("submissions", __name__, settings=config.web, database=database, console_nav=nav)
    app.extensions["config"] = config
    app.jinja_env.globals.update(
        district=config.district,
        status_label=labels.status_label,
        status_kind=labels.status_kind,
        language_label=labels.language_label,
        addressee_label=labels.addressee_label,
    )
    for blueprint in (*public.BLUEPRINTS, console.pages):
        app.register_blueprint(blueprint)
    app.register_blueprint(operations.pages, url_prefix=operations.home_of("submissions"))
    retention.mount_report(app, RULES)
    mount_api(app, api.api)
    return app
