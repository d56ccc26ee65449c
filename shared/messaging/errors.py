"""What can go wrong with messages, as types: who catches one knows what to do next."""


class MessagingError(Exception):
    """Base of everything the messaging code raises on purpose."""


class Reject(MessagingError):
    """Raised by a handler: this event can never be handled. It is parked at once, without another try."""


class NotYet(MessagingError):
    """Raised by a handler: something this event needs isn't known yet. It is tried again later."""


class Outage(MessagingError):
    """The database or the broker failed: nobody's event is at fault, so no attempt is used up."""


class LeadershipLost(MessagingError):
    """Another relay leads by now, or the stream was ended: this one must stop and take the lead anew."""


class RestoredWithoutRestore(MessagingError):
    """A consumer has more of the present stream than this database ever numbered: it was restored to an earlier
    moment and the command `restore` hasn't been run."""


class NoStream(MessagingError):
    """The database has no present stream: its first life was never begun."""
