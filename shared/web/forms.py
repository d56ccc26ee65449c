"""Posted forms, validated by the same marshmallow schemas as the API, with what was typed kept for showing again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from markupsafe import Markup
from marshmallow import EXCLUDE, Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from shared.web.field_messages import by_field
from shared.web.fields import LocalizedText
from shared.web.i18n import LANGUAGES


@dataclass(slots=True)
class Form:
    """A form as it was typed: `values` when everything is in order, else `errors` by field name; macros take it whole.

    The macros note each field's label while they draw it, so that the summary on top can name the field.
    """

    typed: MultiDict[str, str] = field(default_factory=MultiDict)
    values: dict[str, Any] | None = None
    errors: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_valid(self) -> bool:
        """Whether the use case may have `values`."""
        return self.values is not None and not self.errors

    def note_label(self, name: str, label: str) -> None:
        """Remember what the field is called on the page."""
        self.labels[name] = label.striptags() if isinstance(label, Markup) else str(label)

    def reject(self, name: str, message: str) -> None:
        """Add an error found later than the schema could (by a use case); `message` is already translated."""
        self.errors.setdefault(name, []).append(message)


def blank(initial: Mapping[str, Any] | None = None) -> Form:
    """A form nobody has typed into yet, with `initial` values (lists for several choices) filled in."""
    return Form(typed=MultiDict({name: value for name, value in (initial or {}).items() if value is not None}))


def read(schema: Schema) -> Form:
    """What this request posted, validated by `schema`. Fields the schema doesn't know (CSRF, honeypot) are left aside."""
    return validate(schema, request.form)


def validate(schema: Schema, typed: MultiDict[str, str]) -> Form:
    """`typed` validated by `schema`: nested fields are named `venue.street`, languages `title.en`, keys of a mapping
    `answers.<key>`; empty means missing."""
    form = Form(typed=typed)
    try:
        form.values = schema.load(_nested(schema, typed, ""), unknown=EXCLUDE)
    except ValidationError as error:
        form.errors = _by_input(by_field(error.messages))
    return form


def _nested(schema: Schema, typed: MultiDict[str, str], prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, spec in schema.fields.items():
        key = spec.data_key or name
        value = _value(spec, typed, prefix + key)
        if value not in (None, "", [], {}):
            found[key] = value
    return found


def _value(spec: fields.Field[Any], typed: MultiDict[str, str], name: str) -> Any:
    if isinstance(spec, fields.List):
        return [value for value in typed.getlist(name) if value != ""]
    if isinstance(spec, fields.Nested):
        return _nested(spec.schema, typed, f"{name}.")
    if isinstance(spec, fields.Dict):
        keys = [key for key in typed if key.startswith(f"{name}.")]
        return {key.removeprefix(f"{name}."): typed[key] for key in keys if typed[key] != ""}
    if isinstance(spec, LocalizedText) and name not in typed:
        return {tag: text for tag in LANGUAGES if (text := typed.get(f"{name}.{tag}"))}
    return typed.get(name)


def _by_input(errors: dict[str, list[str]]) -> dict[str, list[str]]:
    # A list is one group of inputs on the page: its errors belong to the group, each once.
    grouped: dict[str, list[str]] = {}
    for path, messages in errors.items():
        name = ".".join(part for part in path.split(".") if not part.isdigit())
        known = grouped.setdefault(name, [])
        known.extend(message for message in messages if message not in known)
    return grouped
