"""The pages that the law asks for; their texts belong to all services."""

from flask import Blueprint, render_template

from shared.web.access import public_page

pages = Blueprint("legal", __name__)


@pages.get("/datenschutz")
@public_page
def privacy() -> str:
    """What is stored, why and for how long."""
    return render_template("shared/datenschutz.html")


@pages.get("/barrierefreiheit")
@public_page
def accessibility() -> str:
    """How accessible the site is, and whom to tell when it isn't."""
    return render_template("shared/barrierefreiheit.html")


@pages.get("/impressum")
@public_page
def imprint() -> str:
    """Who runs the site."""
    return render_template("shared/impressum.html")
