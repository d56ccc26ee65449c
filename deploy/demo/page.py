"""The mailbox as a page: German, plain, newest first."""

import re
from html import escape
from typing import Any

_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #171a2b; background: #f4f4f9; }
body { margin: 0 auto; max-width: 50rem; padding: 2rem 1rem; }
article { background: #fff; border: 1px solid #c3c6d5; margin-block: 1rem; padding: 1rem 1.25rem; }
h2 { font-size: 1.125rem; margin: 0; }
p.meta { color: #474b63; margin: .25rem 0 .75rem; }
div.text { white-space: pre-line; overflow-wrap: anywhere; }
"""
_LINK = re.compile(r"https?://[^\s<>\"&]+[^\s<>\"&.,;:)]")


def page(messages: list[dict[str, Any]]) -> str:
    """The whole page for `messages` as letters.shown makes them."""
    articles = "".join(map(_article, messages)) or "<p>Noch ist nichts angekommen.</p>"
    return (
        '<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Postfach</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style></head><body><main><h1>Postfach</h1>"
        "<p>Hier steht, was diese Vorführung verschickt hätte. Nichts davon hat den Rechner verlassen.</p>"
        f"{articles}</main></body></html>"
    )


def _article(message: dict[str, Any]) -> str:
    channel = "E-Mail" if message["channel"] == "email" else "SMS"
    language = f' lang="{escape(message["language"])}"' if message["language"] else ""
    text = _LINK.sub(lambda link: f'<a href="{link.group()}">{link.group()}</a>', escape(message["text"], quote=False))
    return (
        f'<article{language}><h2 dir="auto">{escape(message["subject"] or channel)}</h2>'
        f'<p class="meta" lang="de" dir="ltr">{channel} an {escape(message["to"])} · {escape(message["sent_at"])}</p>'
        f'<div class="text" dir="auto">{text}</div></article>'
    )
