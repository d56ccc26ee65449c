"""Who comes along, as browsers and API clients send and get it."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields, validate

from services.registration.models.household import AGE_GROUPS, MOST_COMPANIONS, children_in
from shared.web.field_messages import N_
from shared.web.i18n import gettext

#: Fields in forms that a household is made of.
GROUP_FIELDS = tuple(f"household.{group}" for group in AGE_GROUPS)


def number(*, is_typed: bool = False, **options: Any) -> fields.Integer:
    """A field for so many of those who come along; what a form sends is typed text."""
    return fields.Integer(strict=not is_typed, validate=validate.Range(min=0, max=MOST_COMPANIONS), **options)


def _groups(*, is_typed: bool) -> dict[str, fields.Field[Any]]:
    return {group: number(is_typed=is_typed, load_default=0) for group in AGE_GROUPS}


HouseholdSchema = Schema.from_dict(_groups(is_typed=False), name="HouseholdSchema")
HouseholdFormSchema = Schema.from_dict(_groups(is_typed=True), name="HouseholdFormSchema")


def wrong_household(values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with `household` and `childcare` together, by field; empty when nothing is."""
    household = values.get("household") or {}
    if sum(household.values()) > MOST_COMPANIONS:
        message = N_("Sie können hier höchstens %(most)s Personen mitbringen. Sind Sie mehr, rufen Sie uns bitte an.")
        return {"household": [gettext(message, most=MOST_COMPANIONS)]}
    children = children_in(household)
    if values.get("childcare", 0) <= children:
        return {}
    if children == 0:
        return {"childcare": [N_("Bitte geben Sie oben auch die Kinder an, die Betreuung brauchen.")]}
    message = N_("Bitte geben Sie höchstens %(children)s an: So viele Kinder unter 14 Jahren haben Sie oben genannt.")
    return {"childcare": [gettext(message, children=children)]}
