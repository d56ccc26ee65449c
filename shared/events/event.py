"""What an event is: a past-tense fact, flat and frozen, whose schema is derived from its fields."""

from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from typing import Any, ClassVar, Generic, TypeVar, get_args, get_origin, get_type_hints
from uuid import UUID

import marshmallow as ma

from shared.events import canonical

#: A text in several languages: {"de": …, "en": …}. German is always there.
LocalizedText = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Event:
    """A fact for other services. Subclasses say its wire `name`, the kind of `aggregate` it happened to, and in `private`
    which services get a sealed part of which shape."""

    name: ClassVar[str]
    aggregate: ClassVar[str]
    private: ClassVar[dict[str, type]] = {}


E_co = TypeVar("E_co", bound=Event, covariant=True)


@dataclass(frozen=True)
class Received(Generic[E_co]):
    """An event as its consumer's handler gets it. `private` is this service's opened part, or None: never sealed for it,
    or erased since. `subject_id` marks the person it is about."""

    fact: E_co
    id: UUID
    occurred_at: datetime
    root_at: datetime
    private: Any | None = None
    subject_id: UUID | None = None


_schemas: dict[type[Any], ma.Schema] = {}


def schema_of(shape: type[Any]) -> ma.Schema:
    """The marshmallow schema of an event or a private part. Unknown fields are ignored: newer publishers may send more."""
    if shape not in _schemas:
        _schemas[shape] = _derive(shape)
    return _schemas[shape]


def _derive(shape: type[Any]) -> ma.Schema:
    hints = get_type_hints(shape)
    members = {f.name: _marshal(hints[f.name], f) for f in fields(shape)}
    return ma.Schema.from_dict(members, name=f"{shape.__name__}Schema")(unknown=ma.EXCLUDE)


def dump(fact: Any) -> dict[str, Any]:
    """The JSON-ready content of an event or a private part."""
    try:
        return canonical.write(fact)
    except canonical.Unusual:
        content: dict[str, Any] = schema_of(type(fact)).dump(fact)
        return content


def load(shape: type[Any], content: dict[str, Any]) -> Any:
    """Read what `dump` wrote, by this or an older publisher. Raises marshmallow.ValidationError."""
    try:
        values = canonical.read(shape, content)
    except canonical.Unusual:
        values = schema_of(shape).load(content)
    return shape(**values)


_SIMPLE: dict[type, type[ma.fields.Field[Any]]] = {
    str: ma.fields.String,
    int: ma.fields.Integer,
    bool: ma.fields.Boolean,
    UUID: ma.fields.UUID,
    datetime: ma.fields.AwareDateTime,
    date: ma.fields.Date,
}


def _marshal(hint: Any, declared: "Field[Any]") -> ma.fields.Field[Any]:
    """The marshmallow field of one dataclass field: what has a default may be missing, what is `| None` may be null."""
    hint, nullable = canonical.without_none(hint)
    options: dict[str, Any] = {"allow_none": nullable}
    if declared.default is not MISSING:
        options["load_default"] = declared.default
    elif declared.default_factory is not MISSING:
        options["load_default"] = declared.default_factory
    else:
        options["required"] = True
    origin, inner = get_origin(hint), get_args(hint)
    if origin is dict:
        return ma.fields.Dict(keys=_SIMPLE[inner[0]](), values=_SIMPLE[inner[1]](), **options)
    if origin is list:
        return ma.fields.List(_SIMPLE[inner[0]](), **options)
    return _SIMPLE[hint](**options)
