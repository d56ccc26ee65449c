"""Registration's Flask app."""

from flask import Flask

from services.registration import console, door, public
from services.registration.api import api
from services.registration.config import Config
from services.registration.retention import RULES
from shared.database import Database
from shared.web import operations, retention
from shared.web.api import mount_api
from shared.web.app import new_app


def create_app(config: Config, database: Database) -> Flask:
    """The pages and JSON routes of registration over `database`."""
    app = new_app("registration", __name__, settings=config.web, database=database)
    app.extensions["config"] = config
    for blueprint in (*public.BLUEPRINTS, *console.BLUEPRINTS, *door.BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.register_blueprint(operations.pages, url_prefix=operations.home_of("registration"))
    retention.mount_report(app, RULES)
    mount_api(app, api)
    return app
