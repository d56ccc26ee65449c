"""Forms of several rows: what is wrong is said where it was typed."""

from collections.abc import Sequence

from services.registration.models.mistakes import Mistakes
from shared.web.forms import Form


def reject(form: Form, rows: Sequence[str], error: Mistakes) -> None:
    """Say each mistake at its row; `rows` are the names of those that were filled in, in the order in which they were stored."""
    for path, messages in error.errors.items():
        _, number, name = path.split(".")
        form.errors[f"{rows[int(number)]}.{name}"] = messages


def ask_in_german(form: Form, *names: str) -> None:
    """Only German is asked for: what is wrong with a whole text of these names is that this is missing."""
    form.errors = {
        f"{path}.de" if path.rpartition(".")[2] in names else path: messages for path, messages in form.errors.items()
    }
