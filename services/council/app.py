"""Council's Flask app."""

from flask import Flask

from services.council import console, public
from services.council.api import api
from services.council.config import Config
from services.council.retention import RULES
from shared.database import Database
from shared.web import operations, retention
from shared.web.api import mount_api
from shared.web.app import new_app


def create_app(config: Config, database: Database) -> Flask:
    """The pages and JSON routes of council over `database`."""
    app = new_app("council", __name__, settings=config.web, database=database)
    app.extensions["config"] = config
    for blueprint in (public.pages, *console.BLUEPRINTS):
        app.register_blueprint(blueprint)
    app.register_blueprint(operations.pages, url_prefix=operations.home_of("council"))
    retention.mount_report(app, RULES)
    mount_api(app, api)
    return app
