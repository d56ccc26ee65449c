"""The blueprint on which all JSON routes of council stand."""

from shared.web.api import ApiBlueprint

api = ApiBlueprint("council", __name__)
