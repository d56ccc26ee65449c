"""The database and the settings of the app that answers this request: `with database.write() as session:` in every door."""

from typing import cast

from flask import current_app
from werkzeug.local import LocalProxy

from shared.database import Database
from shared.web.settings import WebSettings

database = cast(Database, LocalProxy(lambda: current_app.extensions["database"]))
settings = cast(WebSettings, LocalProxy(lambda: current_app.extensions["settings"]))
