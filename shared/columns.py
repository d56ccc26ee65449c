"""Columns that only their service can read: text in, bytes out, and back. The box comes from `shared.seals.column_box`."""

from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from shared.seals import SealBroken


def encrypt(box: SecretBox, text: str) -> bytes:
    """`text` as it may stand in a table: nonce, ciphertext and authentication tag; different each time."""
    return bytes(box.encrypt(text.encode()))


def decrypt(box: SecretBox, stored: bytes) -> str:
    """What `encrypt` was given. Raises SealBroken where the key is another one or the bytes are damaged."""
    try:
        return box.decrypt(stored).decode()
    except CryptoError as error:
        raise SealBroken("an encrypted column can't be read: it was written with another key or is damaged") from error
