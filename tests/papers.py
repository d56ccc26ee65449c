"""What stands in a PDF, and how it is tagged."""

import re
from io import BytesIO

from pypdf import PdfReader


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page, with one space for any white space and without marks of direction."""
    texts = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return [" ".join(re.sub("[\u2066-\u2069]", "", text).split()) for text in texts]


def tags_of(pdf: bytes) -> set[str]:
    """The kinds of all tagged parts, such as `/H1` and `/TH`."""
    found: set[str] = set()
    waiting = [PdfReader(BytesIO(pdf)).root_object["/StructTreeRoot"]]
    while waiting:
        part = waiting.pop().get_object()
        if isinstance(part, list):
            waiting.extend(part)
        elif isinstance(part, dict):
            found |= {str(part["/S"])} if "/S" in part else set()
            waiting.extend([part["/K"]] if "/K" in part else [])
    return found
