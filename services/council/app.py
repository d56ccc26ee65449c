"""Council's Flask app."""

from flask import Flask

from services.council import console, public
from services.council.api import api
from services.council.config import Config
from shared.database import Database
from shared.web.api import mount_api
from shared.web.app import new_app
from shared.web.i18n import lazy_gettext
from shared.web.look import NavLink


def create_app(config: Config, database: Database) -> Flask:
    """The pages and JSON routes of council over `database`."""
    nav = (NavLink("/intern/konten/", lazy_gettext("Konten")),)
    app = new_app("council", __name__, settings=config.web, database=database, console_nav=nav)
    app.extensions["config"] = config
    for blueprint in (public.pages, *console.BLUEPRINTS):
        app.register_blueprint(blueprint)
    mount_api(app, api)
    return app
