"""What every service's rules can say no with. The doors turn these into answers (409, 404)."""


class IllegalTransition(Exception):
    """The state of a thing forbids what was asked; the message says why, in the reader's language where a reader asked."""


class NotFound(Exception):
    """There is no such thing, or it isn't for this reader: the answer is the same."""
