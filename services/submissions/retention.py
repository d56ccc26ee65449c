"""What submissions keeps of people, and for how long."""

from services.submissions.use_cases import contacts
from shared.retention import Rule
from shared.web.i18n import lazy_gettext

_ = lazy_gettext

RULES = (
    Rule(
        "unconfirmed",
        _("Prüfzeichen der Adressen bei Ideen und Eingaben, die niemand bestätigt hat"),
        _("damit die Person sie bestätigen kann"),
        _("30 Tage"),
        contacts.forget_unconfirmed,
    ),
    Rule(
        "asked",
        _("Prüfzeichen von Adressen, die nie geantwortet haben; die Adresse kann man daraus nicht lesen"),
        _("damit niemand immer wieder gefragt wird"),
        _("1 Jahr"),
        contacts.forget_unanswered,
    ),
    Rule(
        "texts",
        _("Texte von Ideen, und Namen, die veröffentlicht werden sollen"),
        _("um sie zu beraten und zu zeigen"),
        _("bis die Person sie zurückzieht; der Name, bis sie ihre Angaben löscht"),
        None,
    ),
)
