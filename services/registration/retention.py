"""What registration keeps of people, and for how long."""

from sqlalchemy.orm import Session

from services.registration.use_cases import budgets, erasure, questions
from shared.retention import Rule
from shared.web.i18n import lazy_gettext

_ = lazy_gettext


def _unconfirmed(session: Session) -> int:
    return erasure.delete_unconfirmed(session, session.info["config"])


def _people(session: Session) -> int:
    return erasure.forget_people(session, session.info["config"])


RULES = (
    Rule(
        "unconfirmed",
        _("Anmeldungen, die niemand bestätigt hat"),
        _("damit die Person sie bestätigen kann"),
        _("7 Tage"),
        _unconfirmed,
    ),
    Rule(
        "needs",
        _("Dolmetschen, Hilfe vor Ort, wer mitkommt, Kinderbetreuung, Foren; Namen, die am Einlass notiert wurden"),
        _("um die Konferenz zu planen"),
        _("bis 7 Tage nach der Konferenz"),
        erasure.delete_needs,
    ),
    Rule(
        "answers",
        _("Antworten auf eigene Fragen des Büros"),
        _("um die Konferenz zu planen"),
        _("so lange, wie es bei der Frage steht; höchstens ein Jahr nach der Konferenz"),
        questions.forget_answers,
    ),
    Rule(
        "people",
        _("Name, E-Mail-Adresse, Telefonnummer und Ticket; Gründe, die das Büro notiert hat"),
        _("um Menschen zu erreichen und einzulassen"),
        _("bis 30 Tage nach der Konferenz; danach bleibt, dass so viele angemeldet waren"),
        _people,
    ),
    Rule(
        "asked",
        _("Prüfzeichen von Adressen, die nie geantwortet haben; die Adresse kann man daraus nicht lesen"),
        _("damit niemand immer wieder gefragt wird"),
        _("1 Jahr"),
        budgets.forget_unanswered,
    ),
)
