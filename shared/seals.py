"""Sealing: private content that only one service can open, columns that only this service can read, and keyed marks.

Boxes are libsodium sealed boxes (X25519): whoever holds a service's public key can seal for it, only that service can open.
Old private keys stay until no outbox holds a box made for them.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.secret import SecretBox


class SealBroken(Exception):
    """A box can't be opened: made for another key, for another event or person, or damaged."""


@dataclass(frozen=True, slots=True)
class Seals:
    """The keys of one service: its own private keys by id, and everybody's present public key by service."""

    private_keys: Mapping[str, PrivateKey] = field(default_factory=dict)
    public_keys: Mapping[str, tuple[str, PublicKey]] = field(default_factory=dict)

    @classmethod
    def from_json(cls, private: str, public: str) -> "Seals":
        """Read `{kid: base64}` and `{service: {"kid": …, "key": base64}}`. Raises ValueError for anything else."""
        own = {kid: PrivateKey(base64.b64decode(key)) for kid, key in json.loads(private).items()}
        everyone = {
            service: (entry["kid"], PublicKey(base64.b64decode(entry["key"])))
            for service, entry in json.loads(public).items()
        }
        return cls(own, everyone)

    def seal(self, recipient: str, event: str, subject_id: UUID | None, content: Mapping[str, Any]) -> dict[str, str]:
        """Seal `content` so that only the service `recipient` can open it, and only as part of `event` about that person."""
        kid, key = self.public_keys[recipient]
        plain = json.dumps(
            {"event": event, "subject_id": str(subject_id or ""), "content": content}, ensure_ascii=False
        )
        return {"kid": kid, "box": base64.b64encode(SealedBox(key).encrypt(plain.encode())).decode()}

    def open(self, box: Mapping[str, str], event: str, subject_id: UUID | None) -> dict[str, Any]:
        """What was sealed for this service. Raises SealBroken."""
        try:
            plain = json.loads(SealedBox(self.private_keys[box["kid"]]).decrypt(base64.b64decode(box["box"])))
        except (KeyError, ValueError, CryptoError) as error:
            raise SealBroken(f"the box of {event} can't be opened: {type(error).__name__}") from error
        if plain["event"] != event or plain["subject_id"] != str(subject_id or ""):
            raise SealBroken(f"a box made for {plain['event']} was found in {event}")
        content: dict[str, Any] = plain["content"]
        return content


def new_seal_keys(kid: str) -> tuple[str, str]:
    """A fresh pair as text: the private file `{kid: …}` of one service and its entry for everybody's public file."""
    key = PrivateKey.generate()
    private = json.dumps({kid: base64.b64encode(bytes(key)).decode()})
    return private, json.dumps({"kid": kid, "key": base64.b64encode(bytes(key.public_key)).decode()})


def column_box(key: str) -> SecretBox:
    """The box that encrypts columns, from the text of its key."""
    return SecretBox(hashlib.sha256(b"column|" + key.encode()).digest())


def mark(key: str, purpose: str, *parts: object) -> str:
    """A keyed mark (HMAC-SHA-256, hex) of `parts`, worth nothing for any other purpose."""
    message = json.dumps([purpose, *map(str, parts)], ensure_ascii=False).encode()
    return hmac.digest(key.encode(), message, "sha256").hex()


def same(one: str, other: str) -> bool:
    """Whether two marks are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
