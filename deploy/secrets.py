"""`python -m deploy.secrets`: write every secret of a deployment into files that only the containers' user may read.

What is random is made once and never overwritten. What follows from it (addresses with a password inside, the broker's
definitions, public keys) is written again each time, always the same, so that an upgrade only needs another run.
Each container gets the folder that bears its name; `passwords/` is mounted nowhere.
"""

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import click
from joserfc.jwk import OKPKey
from nacl.public import PrivateKey

from shared import seals
from shared.messaging import topology

SERVICES = ("registration", "submissions", "council", "notifications")
FOLDER = Path(__file__).parent / "secrets"

#: The user that every container runs as, unless RUN_AS says otherwise (docker-compose.yml).
RUN_AS = 10001


class Files:
    """The folder of secrets: what it writes is for `owner` alone (files 600, folders 700)."""

    def __init__(self, folder: Path, owner: int) -> None:
        self._folder = folder
        self._owner = owner

    def once(self, name: str, make: Callable[[], str]) -> str:
        """The content of the file `name`, made by `make` where there is none yet."""
        path = self._folder / name
        if not path.exists():
            self.write(name, make())
        return path.read_text(encoding="utf-8").strip()

    def write(self, name: str, content: str) -> None:
        """Put `content` into the file `name`; a reader never sees half of it."""
        path = self._folder / name
        for folder in reversed(path.relative_to(self._folder).parents):
            self._make_folder(self._folder / folder)
        draft = path.with_name(f".{path.name}.new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(content + "\n")
        self._give_away(draft)
        draft.replace(path)

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._give_away(folder)

    def _give_away(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, self._owner, self._owner)


def password() -> str:
    """256 random bits in letters that an address takes without quoting."""
    return secrets.token_urlsafe(32)


def write_all(files: Files) -> None:
    """Write the secrets of the databases, the broker, the limits' store and the four services."""
    files.once("postgres/superuser", password)
    limits_url = _write_limits(files)
    seal_keys = _write_seal_keys(files)
    staff_keys = _write_staff_keys(files)
    broker_passwords = {service: files.once(f"passwords/rabbitmq-{service}", password) for service in SERVICES}
    for service in SERVICES:
        database_password = files.once(f"postgres/{service}", password)
        files.write(f"{service}/database_url", f"postgresql+psycopg://{service}:{database_password}@postgres/{service}")
        files.write(
            f"{service}/amqp_url", f"amqp://{service}:{broker_passwords[service]}@rabbitmq:5672/{topology.VHOST}"
        )
        files.write(f"{service}/limits_url", limits_url)
        files.write(f"{service}/seal_public_keys", seal_keys)
        files.write(f"{service}/staff_public_keys", staff_keys)
        for own in ("secret_key", "column_key", "link_key"):
            files.once(f"{service}/{own}", password)
    files.write("rabbitmq/definitions.json", _definitions(broker_passwords))


def write_demo(files: Files) -> None:
    """Write what the profile `demo` needs: letters and short messages end in its mailbox."""
    user_password = files.once("passwords/kannel-sendsms", password)
    admin_password = files.once("passwords/kannel-admin", password)
    recipe = (Path(__file__).parent / "demo/kannel.conf").read_text(encoding="utf-8")
    files.write("kannel/kannel.conf", recipe.format(user_password=user_password, admin_password=admin_password))
    files.once("notifications/mail_url", lambda: "smtp://mailbox:1025")
    files.once("notifications/sms_url", lambda: f"kannel+http://mitsprache:{user_password}@kannel:13013")


def _write_limits(files: Files) -> str:
    limits = files.once("passwords/valkey", password)
    digest = hashlib.sha256(limits.encode()).hexdigest()
    files.write("valkey/users.acl", f"user default off\nuser limits on #{digest} ~* &* +@all -@admin -@dangerous")
    return f"redis://limits:{limits}@valkey:6379/0"


def _write_seal_keys(files: Files) -> str:
    """Each service's own keys; the last one in its file is the one that others seal for."""
    public = {}
    for service in SERVICES:
        pairs = json.loads(files.once(f"{service}/seal_private_keys", lambda: seals.new_seal_keys("1")[0]))
        kid, key = list(pairs.items())[-1]
        public_key = PrivateKey(base64.b64decode(key)).public_key
        public[service] = {"kid": kid, "key": base64.b64encode(bytes(public_key)).decode()}
    return json.dumps(public)


def _write_staff_keys(files: Files) -> str:
    """Council's signing key stays with council; everybody gets the public half as a JWK set."""
    signing_key = OKPKey.import_key(json.loads(files.once("council/staff_signing_key", _new_signing_key)))
    return json.dumps({"keys": [signing_key.as_dict(private=False)]})


def _new_signing_key() -> str:
    key = OKPKey.generate_key("Ed25519", {"use": "sig", "kid": secrets.token_hex(8)})
    return json.dumps(key.as_dict(private=True))


def _definitions(passwords: dict[str, str]) -> str:
    """The broker's definitions. The salt follows from the password, so that the same secrets give the same file."""
    hashes = {
        service: topology.password_hash(word, hashlib.sha256(word.encode()).digest()[:4])
        for service, word in passwords.items()
    }
    return json.dumps(topology.definitions(hashes), indent=2)


@click.command(help=__doc__)
@click.option("--folder", type=click.Path(path_type=Path), default=FOLDER, show_default=True, help="Where they go.")
@click.option(
    "--owner",
    default=RUN_AS,
    show_default=True,
    help="Numeric user that the containers run as; root is needed for another than you.",
)
@click.option("--demo", is_flag=True, help="Also what the profile demo needs: a mailbox in place of real mail and SMS.")
def main(folder: Path, owner: int, demo: bool) -> None:
    """The command."""
    files = Files(folder, owner)
    write_all(files)
    if demo:
        write_demo(files)
    click.echo(f"Secrets are in {folder}.")
    if os.geteuid() != 0:
        click.echo(
            f"Put this line into .env, so that the containers can read them: RUN_AS={os.geteuid()}:{os.getegid()}"
        )


if __name__ == "__main__":
    main()
