"""Addresses: one normal form to recognise them by, keyed marks of it, and a mask for staff who needn't know them."""

from shared.seals import mark

_EMAIL = "email"


def channel_of(address: str) -> str:
    """By which channel an address is reached: email or sms."""
    return _EMAIL if "@" in address else "sms"


def address_mark(link_key: str, address: str) -> str:
    """The mark that recognises an address without telling it; capital letters make no difference."""
    return mark(link_key, "address", address.strip().casefold())


def limit_mark(link_key: str, address: str) -> str:
    """The mark of the mailbox behind an e-mail address, where what follows a plus sign names no other person; or of a number."""
    local, at, domain = address.strip().casefold().partition("@")
    mailbox = local.partition("+")[0] + at + domain if at else local
    return mark(link_key, "address limit", mailbox)


def masked(address: str) -> str:
    """Enough of an address to recognise it in a conversation: `m•••@example.org`, `+49 •••• 789`."""
    local, at, domain = address.partition("@")
    return f"{local[:1]}•••@{domain}" if at else f"{address[:3]} •••• {address[-3:]}"
