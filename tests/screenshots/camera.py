"""Taking pictures of a page: phone and desktop, some also in dark and in forced colours."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypedDict

from playwright.sync_api import Page

#: Pages that are also pictured in dark and in forced colours.
ALSO_DARK = {"/", "/ideen/neu", "/rat/vorgaenge/*", "/intern/vorgaenge/", "registration-refused"}
WIDTHS = (360, 1280)
HEIGHT = 800


class Wishes(TypedDict):
    """What a reader has told their system about colours."""

    color_scheme: Literal["light", "dark"]
    forced_colors: Literal["none", "active"]


SCHEMES: dict[str, Wishes] = {
    "light": {"color_scheme": "light", "forced_colors": "none"},
    "dark": {"color_scheme": "dark", "forced_colors": "none"},
    "forced": {"color_scheme": "light", "forced_colors": "active"},
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One file in the folder of pictures."""

    subject: str
    file: str


def pictures(page: Page, subject: str, language: str, out: Path) -> Iterator[Picture]:
    """Take the pictures of this page, which then looks as before."""
    slug = "".join(sign if sign.isalnum() else "_" for sign in subject.strip("/")) or "start"
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        for scheme in SCHEMES if subject in ALSO_DARK else ("light",):
            page.emulate_media(reduced_motion="reduce", **SCHEMES[scheme])
            file = f"{slug}-{language}-{width}-{scheme}.png"
            page.screenshot(path=out / file, full_page=True)
            yield Picture(subject, file)
    page.emulate_media(**SCHEMES["light"])
    page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
