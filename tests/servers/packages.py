"""The Debian packages that real servers come from: installed here, once, where this user may."""

import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

#: Where Debian keeps servers that no user's PATH names. RabbitMQ's own scripts come before the wrappers that change the user.
PLACES = ("/usr/lib/rabbitmq/bin", "/usr/lib/kannel/test", "/usr/lib/postfix/sbin", "/usr/sbin")


class Missing(Exception):
    """A part that tests need can't be had here; the message names it."""


def program(name: str, package: str) -> str:
    """The path of a program, its Debian package installed first where it is missing. Raises Missing."""
    if found := _found(name):
        return found
    _install(package)
    if found := _found(name):
        return found
    raise Missing(f"{package}: has no program {name}")


def _found(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join([*PLACES, os.environ.get("PATH", "")]))


def _install(package: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise Missing(f"{package}: not installed, and only root can install it (apt-get install {package})")
    # The package must not start a server of its own beside ours.
    policy = Path("/usr/sbin/policy-rc.d")
    if not policy.exists():
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
    _refresh_lists()
    _apt_get("install", "--yes", "--no-install-recommends", package)


@cache
def _refresh_lists() -> None:
    _apt_get("update")


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "-o", "DPkg::Lock::Timeout=600", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"{arguments[-1]}: apt-get {arguments[0]} failed: {done.stderr.strip()[-300:]}")
