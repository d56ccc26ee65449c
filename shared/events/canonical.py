"""Reading and writing values in exactly the form that `dump` gives them, without asking the schema: a tenth of the time.

Whatever is not in that form is left to marshmallow, which reads more and says what is wrong. So nothing passes here that the
schema would refuse or read as something else.
"""

import types
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

#: Lengths of a moment in UTC as ISO 8601 writes it, without and with microseconds.
_MOMENTS = (25, 32)

#: A value as it was found → as it is wanted. Raises Unusual.
_Translate = Callable[[Any], Any]


class Unusual(Exception):
    """Something isn't in its canonical form."""


def read(shape: type[Any], content: dict[str, Any]) -> dict[str, Any]:
    """The values of the fields of `shape`. Raises Unusual."""
    try:
        return {name: reads(content[name]) for name, reads, _ in _members(shape)}
    except (KeyError, ValueError) as error:
        raise Unusual from error


def write(fact: Any) -> dict[str, Any]:
    """The JSON-ready content of `fact`. Raises Unusual."""
    return {name: writes(getattr(fact, name)) for name, _, writes in _members(type(fact))}


def without_none(hint: Any) -> tuple[Any, bool]:
    """The hint without `| None`, and whether it had that."""
    if get_origin(hint) in (Union, types.UnionType):
        present = [arm for arm in get_args(hint) if arm is not type(None)]
        return present[0], True
    return hint, False


_known: dict[type[Any], tuple[tuple[str, _Translate, _Translate], ...]] = {}


def _members(shape: type[Any]) -> tuple[tuple[str, _Translate, _Translate], ...]:
    if shape not in _known:
        hints = get_type_hints(shape)
        _known[shape] = tuple((field.name, *_translations(hints[field.name])) for field in fields(shape))
    return _known[shape]


def _translations(hint: Any) -> tuple[_Translate, _Translate]:
    present, is_optional = without_none(hint)
    if is_optional:
        reads, writes = _translations(present)
        return _or_none(reads), _or_none(writes)
    if get_origin(hint) is list:
        reads, writes = _translations(get_args(hint)[0])
        return _each(reads), _each(writes)
    if get_origin(hint) is dict:
        return _texts, _texts
    return _SIMPLE.get(hint, (_unusual, _unusual))


def _or_none(translate: _Translate) -> _Translate:
    return lambda value: None if value is None else translate(value)


def _each(translate: _Translate) -> _Translate:
    def translate_each(values: Any) -> list[Any]:
        return [translate(value) for value in _exactly(list)(values)]

    return translate_each


def _texts(value: Any) -> dict[str, str]:
    if type(value) is not dict or any(type(text) is not str for text in _pieces(value)):
        raise Unusual
    return value


def _pieces(texts: dict[Any, Any]) -> Iterator[Any]:
    yield from texts
    yield from texts.values()


def _exactly(wanted: type[Any]) -> _Translate:
    def same(value: Any) -> Any:
        if type(value) is not wanted:
            raise Unusual
        return value

    return same


def _read_uuid(value: Any) -> UUID:
    if type(value) is not str or len(value) != 36:
        raise Unusual
    return UUID(value)


def _read_moment(value: Any) -> datetime:
    is_moment = type(value) is str and len(value) in _MOMENTS and value[-6:] == "+00:00"
    if not is_moment or (value[4], value[7], value[10]) != ("-", "-", "T"):
        raise Unusual
    return datetime.fromisoformat(value)


def _write_moment(value: Any) -> str:
    if type(value) is not datetime or value.tzinfo is None:
        raise Unusual
    return value.isoformat()


def _read_date(value: Any) -> date:
    if type(value) is not str or len(value) != 10 or (value[4], value[7]) != ("-", "-"):
        raise Unusual
    return date.fromisoformat(value)


def _write_date(value: Any) -> str:
    if type(value) is not date:
        raise Unusual
    return value.isoformat()


def _write_uuid(value: Any) -> str:
    if type(value) is not UUID:
        raise Unusual
    return str(value)


def _unusual(_value: Any) -> Any:
    raise Unusual


_SIMPLE: dict[Any, tuple[_Translate, _Translate]] = {
    str: (_exactly(str), _exactly(str)),
    int: (_exactly(int), _exactly(int)),
    bool: (_exactly(bool), _exactly(bool)),
    UUID: (_read_uuid, _write_uuid),
    datetime: (_read_moment, _write_moment),
    date: (_read_date, _write_date),
}
