"""The mailbox of the profile demo shows what a person would have got."""

from datetime import UTC, datetime

from deploy.demo import page, short_messages
from deploy.demo.letters import Letter, shown

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
# As fakesmsc of Kannel 1.4.5 printed them.
START = "2026-11-22 09:35:28 [9] [0] DEBUG: "
PRINTED = f"""{START}Connecting to <172.18.0.2>
{START}Got message 1: <HIR Harburg +4915112345678 text Ihr Code: 204711 € ä + %>
{START}Got message 2: <HIR Harburg +4915112345678 ucs-2 %01A%00%F3%00d%01z%00+%01_%00+%06E%061%06-%06(%06'>
{START}Got message 3: <+4940123 +4915112345678 text Zeile eins>
{START}Got message 4: <Zeile zwei {{ä}} %41 1+1>
{START}Got message 5: <+4940123 +4915112345678 udh %05%00%03%06%02%01 data %C3%A4+%E2%82%AC+%7B%7D+%2541+%2B+lange>
{START}Got message 6: <+4940123 +4915199999999 udh %05%00%03%06%02%02 data ende>
{START}Got message 7: <+4940123 +4915112345678 udh %05%00%03%06%02%02 data +Zeile%0Aende>
{START}Got message 8: <+4940123 +4915112345678 udh %05%00%03%07%02%02 data %00++%26%06E>
{START}Got message 9: <+4940123 +4915112345678 udh %05%00%03%07%02%01 data +%1C%00Z%00i%00t+%1D>
"""

LETTER = """From: mitteilungen@example.org
To: leyla@example.org
Subject: =?utf-8?q?Bitte_best=C3=A4tigen?=
Content-Language: de
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

Bitte bestätigen Sie: https://localhost/anmeldung/bestaetigen/kX7-123456.
Ihr Code: 482913
--b
Content-Type: text/html; charset=utf-8

<p>Bitte bestätigen Sie.</p>
--b--
""".replace("\n", "\r\n").encode()


def test_short_messages_are_put_together_from_parts_and_read_in_both_alphabets():
    read = list(short_messages.read(PRINTED.splitlines(keepends=True)))
    assert [(message.to, message.text) for message in read] == [
        ("+4915112345678", "Ihr Code: 204711 € ä + %"),
        ("+4915112345678", "Łódź ş مرحبا"),
        ("+4915112345678", "Zeile eins\nZeile zwei {ä} %41 1+1"),
        ("+4915112345678", "ä € {} %41 + lange Zeile\nende"),
        ("+4915112345678", "“Zit” …م"),
    ]


def test_a_letter_is_shown_with_its_subject_language_links_and_code():
    letter = shown(Letter(("leyla@example.org",), LETTER), NOON)
    assert letter["subject"] == "Bitte bestätigen"
    assert (letter["channel"], letter["to"], letter["language"]) == ("email", "leyla@example.org", "de")
    assert letter["links"] == ["https://localhost/anmeldung/bestaetigen/kX7-123456"]
    assert letter["code"] == "482913"
    assert "<p>" in letter["html"]
    assert letter["sent_at"] == "2026-11-21T12:00:00+00:00"


def test_a_short_message_is_shown_with_its_code_and_neither_subject_nor_html():
    message = shown(short_messages.ShortMessage("+4915112345678", "Ihr Code: 204711"), NOON)
    assert (message["code"], message["subject"], message["html"]) == ("204711", None, None)


def test_what_a_letter_says_can_not_become_markup_of_the_page():
    raw = LETTER.replace(b"Ihr Code: 482913", b"<script>alert(1)</script> https://x.example/?a=1&b=<b>")
    shown_page = page.page([shown(Letter(('"><img src=x>@example.org',), raw), NOON)])
    assert "<script>" not in shown_page
    assert "<img" not in shown_page
    assert '<a href="https://localhost/anmeldung/bestaetigen/kX7-123456">' in shown_page
