"""What doesn't fit, named by field."""

from shared.rules import IllegalTransition


class Mistakes(IllegalTransition):
    """Something of what was typed doesn't fit; `errors` name it by field, such as `agenda.0.starts_at`."""

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(next(iter(errors.values()))[0])
        self.errors = errors
