"""The Flask app of notifications."""

from flask import Flask

from services.notifications import console, public
from services.notifications.api import api
from services.notifications.config import Config
from services.notifications.figures import export
from services.notifications.retention import RULES
from shared.database import Database
from shared.web import operations, retention
from shared.web.api import mount_api
from shared.web.app import new_app


def create_app(config: Config, database: Database) -> Flask:
    """The pages and JSON routes of notifications over `database`."""
    app = new_app("notifications", __name__, settings=config.web, database=database)
    app.extensions["config"] = config
    app.extensions["own_figures"] = export
    for blueprint in (*public.BLUEPRINTS, *console.BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.register_blueprint(operations.pages, url_prefix=operations.home_of("notifications"))
    retention.mount_report(app, RULES)
    mount_api(app, api)
    return app
