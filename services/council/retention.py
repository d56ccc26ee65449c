"""What council keeps of people, and for how long. Files of an authority are offered to the archive before they go: by hand."""

from shared.retention import Rule
from shared.web.i18n import lazy_gettext

_ = lazy_gettext

RULES = (
    Rule(
        "petitions",
        _("Text, Name und Anschrift bei Eingaben"),
        _("um die Eingabe zu bearbeiten und zu beantworten"),
        _(
            "bis die Person ihre Angaben löscht; sonst so lange wie die Akte, die vor dem Löschen dem Archiv anzubieten ist"
        ),
        None,
    ),
    Rule(
        "staff",
        _("Name, Adresse und Rollen von Beschäftigten und Mitgliedern"),
        _("um sie anzumelden und zu benachrichtigen"),
        _("solange sie mitarbeiten"),
        None,
    ),
)
