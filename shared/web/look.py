"""What every template can use: texts, dates, the address of assets, the navigation, the language switch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import Flask, request
from markupsafe import Markup

from shared.web import form_guard, i18n, strain
from shared.web.static_files import asset


@dataclass(frozen=True, slots=True)
class NavLink:
    """A link of a navigation; `label` may be lazy (`lazy_gettext`). Without `roles` it is for all who see the navigation."""

    path: str
    label: Any
    roles: frozenset[str] = frozenset()


_ = i18n.lazy_gettext

PUBLIC_NAV = (
    NavLink("/", _("Konferenz")),
    NavLink("/ideen/", _("Ideen")),
    NavLink("/rat/", _("Was wurde daraus?")),
    NavLink("/mitteilungen/", _("Mitteilungen")),
)
CONSOLE_NAV = (
    NavLink("/intern/", _("Übersicht")),
    NavLink("/intern/konferenzen/", _("Konferenzen"), frozenset({"admin", "clerk"})),
    NavLink("/intern/konferenzen/einlass", _("Einlass"), frozenset({"admin", "clerk", "door"})),
    NavLink("/intern/ideen/", _("Anliegen"), frozenset({"admin", "clerk", "moderator"})),
    NavLink("/intern/vorgaenge/", _("Vorgänge"), frozenset({"admin", "clerk", "chair", "member"})),
    NavLink("/intern/sitzungen/", _("Sitzungen"), frozenset({"admin", "clerk", "chair", "member"})),
    NavLink("/intern/mitteilungen/", _("Mitteilungen"), frozenset({"admin", "clerk", "privacy"})),
    NavLink("/intern/mitteilungen/datenschutz/", _("Datenschutz"), frozenset({"privacy"})),
    # Each service has such pages; this leads through all of them to the one that needs somebody.
    NavLink("/intern/konferenzen/betrieb/rundgang", _("Betrieb"), frozenset({"admin"})),
)
#: Pages of the conference whose address doesn't start with the link of their navigation word.
_CONFERENCE_PATHS = ("/konferenzen", "/anmeldung")


def install(app: Flask, console_nav: Sequence[NavLink]) -> None:
    """Put texts, filters and navigation into the app's templates."""
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=True)  # type: ignore[attr-defined]
    env.policies["ext.i18n.trimmed"] = True
    env.filters.update(
        moment=i18n.format_moment,
        day=i18n.format_day,
        day_short=i18n.format_day_short,
        time_of_day=i18n.format_clock,
        number=i18n.format_number,
        localized=i18n.localized,
        apart=_apart,
        breakable=_breakable,
    )
    env.globals.update(
        asset=asset,
        operator=app.extensions["settings"].operator,
        public_nav=PUBLIC_NAV,
        console_nav=CONSOLE_NAV,
        service_nav=tuple(console_nav),
        spoken=i18n.language,
        languages=i18n.offered,
        direction=i18n.direction,
        unchecked=i18n.unchecked,
        localized_language=i18n.localized_language,
        page_in=page_in,
        is_current=is_current,
        guard_token=form_guard.kept_token,
        guard_field=form_guard.TOKEN_FIELD,
        trap_field=form_guard.TRAP_FIELD,
        is_strained=strain.is_strained,
        proof_task=strain.task,
        proof_field=strain.PROOF_FIELD,
    )


def _apart(words: str) -> Markup:
    """A name, an address or a number inside a sentence, kept apart from its direction: `_("…", name=name|apart)`."""
    return Markup("<bdi>{}</bdi>").format(words)


def _breakable(address: str) -> Markup:
    """An e-mail address that may go on in a new line after its @, for narrow screens."""
    return Markup("@<wbr>").join(address.split("@"))


def page_in(tag: str) -> str:
    """This page in another language, at the same address."""
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*kept, ('lang', tag)])}"


def is_current(link: NavLink) -> bool:
    """Whether the page shown belongs to that word of the navigation."""
    path = request.path
    if link.path == "/":
        return path == "/" or path.startswith(_CONFERENCE_PATHS)
    if link.path == "/intern/":
        return path.rstrip("/") == "/intern"
    if "/betrieb/" in path or "/betrieb/" in link.path:
        return "/betrieb/" in path and "/betrieb/" in link.path
    if "/einlass" in path or "/einlass" in link.path:
        return "/einlass" in path and "/einlass" in link.path
    if path.startswith("/intern/") and ("/datenschutz" in path or "/aufbewahrung" in path):
        return "/datenschutz" in link.path
    return path.startswith(link.path.rstrip("/"))
