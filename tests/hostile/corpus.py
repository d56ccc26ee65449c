"""Bodies that nobody honest sends, by name: (content type, bytes)."""

import json

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"

#: A text with everything in it that has broken somebody's system once.
NASTY_TEXT = (
    "a\x00b\u202e\ud800<script>alert(1)</script>'; DROP TABLE idea;--{{7*7}}${7*7}%s%n\r\nBcc: x@example.org".encode(
        "utf-8", "surrogatepass"
    )
)

BODIES: dict[str, tuple[str, bytes]] = {
    "not UTF-8 as a form": (FORM, b"title=\xff\xfe&text=\xc3\x28&email=\x80"),
    "percent-coded not UTF-8": (FORM, b"title=%ff%fe&text=%c3%28&email=%80@example.org"),
    "NUL in a form": (FORM, b"title=a%00b&text=%00&name=%00&email=a%00@example.org"),
    "a field of 3 MB": (FORM, b"text=" + b"a" * 3_000_000),
    "20,000 fields": (FORM, b"&".join(b"f%d=1" % number for number in range(20_000))),
    "the same field a thousand times": (FORM, b"&".join([b"title=x"] * 1000)),
    "a broken multipart": (
        "multipart/form-data; boundary=x",
        b"--x\r\nContent-Disposition: form-data; name=title\r\n\r\nhalf",
    ),
    "a multipart without boundary": ("multipart/form-data", b"nothing"),
    "nasty text in a form": (FORM, b"title=" + NASTY_TEXT + b"&text=" + NASTY_TEXT),
    "not UTF-8 as JSON": (JSON, b'{"title": "\xff\xfe"}'),
    "no JSON at all": (JSON, b"title=x"),
    "an empty body": (JSON, b""),
    "a list": (JSON, b"[1, 2, 3]"),
    "a number": (JSON, b"42"),
    "null": (JSON, b"null"),
    "20,000 brackets": (JSON, b"[" * 20_000),
    "20,000 objects in each other": (JSON, b'{"a":' * 20_000 + b"1" + b"}" * 20_000),
    "NUL in JSON": (JSON, b'{"title": "a\\u0000b", "text": "\\u0000", "email": "a\\u0000@example.org"}'),
    "a lone surrogate": (JSON, b'{"title": "\\ud800", "text": "\\udfff", "language": "\\ud800"}'),
    "NaN and infinity": (JSON, b'{"capacity": NaN, "childcare": Infinity, "vote": {"yes": -Infinity}}'),
    "a number of 5,000 digits": (JSON, b'{"childcare": ' + b"9" * 5_000 + b"}"),
    "the same key twice": (JSON, b'{"title": "a", "title": "b"}'),
    "objects where texts belong": (
        JSON,
        json.dumps({k: {"a": [{}]} for k in ("title", "text", "email", "id", "token")}).encode(),
    ),
    "a JSON of 3 MB": (JSON, b'{"text": "' + b"a" * 3_000_000 + b'"}'),
    "text/plain": ("text/plain", b'{"title": "x"}'),
    "XML": ("application/xml", b"<a/>"),
    "a content type of nonsense": ("\x01/\x02", b"x"),
}
