"""Lists of choices."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields


class EachOnce(fields.List[Any]):
    """A list of choices in which each counts once."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))
