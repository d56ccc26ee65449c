"""Which pages are pictured, by service. A path with a star is the first link of that shape found on the page before it."""

PAGES: dict[str, tuple[str, ...]] = {
    "registration": (
        "/",
        "/konferenzen/",
        "/konferenzen/*",
        "/anmeldung/*",
        "/datenschutz",
        "/barrierefreiheit",
        "/impressum",
        "/diese-seite-gibt-es-nicht",
        "/api/registration/v1/docs",
    ),
    "submissions": ("/ideen/", "/ideen/*", "/ideen/neu", "/verfolgen/"),
    "council": ("/rat/", "/rat/*", "/intern/anmelden"),
    "notifications": ("/mitteilungen/", "/mitteilungen/*", "/postfach"),
}

CONSOLE_PAGES: dict[str, tuple[str, ...]] = {
    "registration": ("/intern/konferenzen/", "/intern/konferenzen/*"),
    "submissions": ("/intern/ideen/", "/intern/ideen/*"),
    "council": (
        "/intern/",
        "/intern/vorgaenge/",
        "/intern/vorgaenge/*",
        "/intern/sitzungen/",
        "/intern/sitzungen/*",
    ),
    "notifications": ("/intern/mitteilungen/", "/intern/mitteilungen/*"),
}
