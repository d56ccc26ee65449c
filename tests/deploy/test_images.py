"""What the images promise: nobody runs as root, nothing is fetched while they build, no secret gets in."""

import re
from pathlib import Path

import pytest

from deploy.demo import mailbox
from deploy.images.build import IMAGES, VARIABLES
from deploy.wheels import for_python

ROOT = Path(__file__).parents[2]
SHIPPED = [ROOT / path for path in ("deploy/Dockerfile", "deploy/gateway/Dockerfile", "deploy/demo/Dockerfile")]
RECIPES = sorted((ROOT / "deploy/images").glob("*.Dockerfile"))

each_shipped = pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.parent.name)


@each_shipped
def test_an_image_ends_as_a_user_without_rights(path: Path):
    assert re.findall(r"^USER (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)[-1] == "10001:10001"


@each_shipped
def test_a_build_needs_no_network_and_only_the_old_builder(path: Path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"--mount|<<|# ?syntax=|ADD |curl|apt-get|https?://", text)
    for install in re.findall(r"pip install.*", text):
        assert {"--no-index", "--require-hashes", "--no-deps"} <= set(install.split())


@each_shipped
def test_an_image_stands_on_what_a_variable_names(path: Path):
    for base in re.findall(r"^FROM (\S+)", path.read_text(encoding="utf-8"), re.MULTILINE):
        assert re.fullmatch(r"\$\{[A-Z]+_IMAGE\}", base)


def test_the_builder_sees_nothing_but_what_images_hold():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split("\n")
    assert "*" in ignored
    assert {"deploy/secrets", "services/__main__.py"} <= set(ignored)
    assert not any(line.startswith("!deploy/secrets") for line in ignored)


def test_every_base_image_has_a_recipe_a_version_and_a_variable_of_the_compose_file():
    compose = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    assert {recipe.name.split(".")[0] for recipe in RECIPES} == set(IMAGES)
    for name, image in IMAGES.items():
        assert re.fullmatch(r"mitsprache/[a-z]+:[\d.]+", image)
        assert f"${{{VARIABLES[name]}:-" in compose


def test_the_mailbox_has_the_library_that_its_code_asks_for_in_the_version_that_was_tested():
    tested = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")
    for line in (ROOT / "deploy/demo/requirements.lock").read_text(encoding="utf-8").splitlines():
        assert f"{line}\n" in tested
    assert mailbox.Controller.__module__.startswith("aiosmtpd")


def test_wheels_are_chosen_for_the_python_of_the_image_and_not_for_this_one():
    lock = (
        "both==1 \\\n    --hash=sha256:aa\n"
        "old==1 ; python_full_version < '3.12' \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        "old==2 ; python_full_version >= '3.12' \\\n    --hash=sha256:dd\n"
        "windows==1 ; sys_platform == 'win32' \\\n    --hash=sha256:ee\n"
    )
    assert for_python(lock, "3.13") == "both==1 \\\n    --hash=sha256:aa\nold==2 \\\n    --hash=sha256:dd\n"
    assert "old==1 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n" in for_python(lock, "3.11")
