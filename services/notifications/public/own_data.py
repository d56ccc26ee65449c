"""What a person can know of what is held of them: a copy, by a link that goes to their address alone."""

import json

from flask import Blueprint, Response, redirect, render_template
from flask.typing import ResponseReturnValue

from services.notifications import copies
from services.notifications.config import config
from services.notifications.use_cases import accessing, followings
from shared.web import i18n
from shared.web.access import by_token
from shared.web.clients import limited
from shared.web.current import database

pages = Blueprint("own_data", __name__, url_prefix="/mitteilungen")


@pages.post("/meine/<token>/auskunft")
@limited("10 per 10 minutes")
@by_token
def ask(token: str) -> ResponseReturnValue:
    """Have the copy made; the link to it is sent."""
    with database.write() as session:
        contact = followings.contact_of_link(session, config, token)
        accessing.request_access(session, contact, i18n.language().tag)
    return redirect(f"/mitteilungen/meine/{token}/auskunft", 303)


@pages.get("/meine/<token>/auskunft")
@by_token
def asked(token: str) -> str:
    """That the link is on its way."""
    with database.read() as session:
        followings.contact_of_link(session, config, token)
    return render_template("public/copy_asked.html", token=token)


@pages.get("/auskunft/<token>")
@by_token
def show(token: str) -> str:
    """Everything that is held, in words."""
    with database.read() as session:
        access = accessing.copy_of_link(session, config, token)
        records = copies.records(session, config, access)
        return render_template("public/copy.html", token=token, access=access, records=records)


@pages.get("/auskunft/<token>/daten.json")
@by_token
def download(token: str) -> Response:
    """The same as a file to take along."""
    with database.read() as session:
        records = copies.records(session, config, accessing.copy_of_link(session, config, token))
    content = [{"title": record.title, **record.data} for record in records]
    headers = {"Content-Disposition": "attachment; filename=auskunft.json"}
    body = json.dumps(content, default=str, ensure_ascii=False, indent=2)
    return Response(body, mimetype="application/json", headers=headers)
