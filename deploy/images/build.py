"""Build the base images from Debian's packages, for places that no image registry reaches.

`python -m deploy.images.build [--again] [NAME …]` builds what is missing, in about two minutes; `--again` takes in
today's security updates. Needs root, debootstrap and a Docker engine.
"""

import subprocess
import tempfile
from pathlib import Path

import click

FOLDER = Path(__file__).parent
RELEASE = "trixie"
ROOT_IMAGE = "mitsprache/debian:13"

#: What each recipe beside this file becomes. The order counts: `kannel` grows out of `base`.
IMAGES = {
    "base": "mitsprache/base:13",
    "postgres": "mitsprache/postgres:17",
    "rabbitmq": "mitsprache/rabbitmq:4.0",
    "valkey": "mitsprache/valkey:8.1",
    "caddy": "mitsprache/caddy:2.6",
    "kannel": "mitsprache/kannel:1.4",
}

#: The variable of docker-compose.yml that takes each of them.
VARIABLES = {name: f"{name.upper()}_IMAGE" for name in IMAGES}


def exists(image: str) -> bool:
    """Whether the engine holds `image` already."""
    found = subprocess.run(["docker", "image", "inspect", image], capture_output=True, check=False)
    return found.returncode == 0


def build_root() -> None:
    """Bootstrap a minimal Debian and import it as `ROOT_IMAGE`. Raises CalledProcessError."""
    with tempfile.TemporaryDirectory(prefix="mitsprache-root-") as folder:
        subprocess.run(["debootstrap", "--variant=minbase", RELEASE, folder], check=True, stdout=subprocess.DEVNULL)
        _add_security_updates(Path(folder))
        tree = subprocess.Popen(
            ["tar", "-C", folder, "--exclude=./var/cache/apt/archives/*.deb", "-c", "."], stdout=subprocess.PIPE
        )
        subprocess.run(["docker", "import", "-", ROOT_IMAGE], stdin=tree.stdout, check=True, stdout=subprocess.DEVNULL)
        if tree.wait():
            raise subprocess.CalledProcessError(tree.returncode, "tar")


def _add_security_updates(root: Path) -> None:
    sources = root / "etc/apt/sources.list"
    packages = sources.read_text(encoding="utf-8")
    security = packages.replace(f"debian {RELEASE}", f"debian-security {RELEASE}-security")
    sources.write_text(packages + security, encoding="utf-8")


def build(name: str) -> None:
    """Build the image `name` from its recipe. Raises CalledProcessError."""
    recipe = FOLDER / f"{name}.Dockerfile"
    subprocess.run(
        ["docker", "build", "--quiet", "--file", str(recipe), "--tag", IMAGES[name], str(FOLDER)], check=True
    )


def build_missing(names: tuple[str, ...], again: bool = False) -> None:
    """Build those of `names` that the engine does not hold, and what they stand on; all of it anew with `again`."""
    wanted = [name for name in IMAGES if name in names and (again or not exists(IMAGES[name]))]
    if wanted and (again or not exists(ROOT_IMAGE)):
        click.echo(f"{ROOT_IMAGE}: bootstrapping Debian {RELEASE} …")
        build_root()
    for name in wanted:
        click.echo(f"{IMAGES[name]}: building …")
        build(name)


@click.command(help=__doc__)
@click.argument("names", nargs=-1, type=click.Choice(list(IMAGES)))
@click.option("--again", is_flag=True, help="Build them anew, with today's security updates.")
def main(names: tuple[str, ...], again: bool) -> None:
    """The command."""
    build_missing(names or tuple(IMAGES), again)
    click.echo("docker-compose.yml takes them with these lines in .env:")
    click.echo("\n".join(f"{VARIABLES[name]}={image}" for name, image in IMAGES.items()))


if __name__ == "__main__":
    main()
