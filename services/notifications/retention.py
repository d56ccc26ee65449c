"""What notifications keeps of people, and for how long."""

from services.notifications.use_cases import accessing, forgetting, refusing
from shared.retention import Rule
from shared.web.i18n import lazy_gettext

_ = lazy_gettext

RULES = (
    Rule(
        "unproven",
        _("Adressen, die nie bestätigt wurden"),
        _("damit jemand „Das war ich nicht“ sagen kann"),
        _("30 Tage nach unserer letzten Frage"),
        forgetting.forget_unproven,
    ),
    Rule(
        "refused",
        _("Adressen, zu denen jemand „Das war ich nicht“ gesagt hat"),
        _("bis auf ein Prüfzeichen, damit es dabei bleibt"),
        _("7 Tage"),
        refusing.forget_refused,
    ),
    Rule(
        "participants",
        _("Adressen von Menschen, die an einer Konferenz teilnehmen"),
        _("für Nachrichten zu dieser Anmeldung"),
        _("bis 30 Tage nach der Konferenz, wenn die Person sonst nichts bestellt hat"),
        forgetting.forget_participants,
    ),
    Rule(
        "followers",
        _("Adressen von Menschen, die Mitteilungen bestellt haben"),
        _("um ihnen zu schreiben"),
        _("bis sie ihre Angaben löschen; eine gesperrte Adresse, bis die Sperre endet"),
        None,
    ),
    Rule(
        "words",
        _("Was in Nachrichten steht, die nicht ankamen"),
        _("um sie noch einmal zu senden"),
        _("30 Tage; bei gesendeten gleich nach dem Senden"),
        forgetting.forget_words,
    ),
    Rule(
        "log",
        _("Welche Nachricht wann an welche Adresse ging, und was daraus wurde"),
        _("um Fragen dazu zu beantworten"),
        _("90 Tage"),
        forgetting.forget_log,
    ),
    Rule(
        "copies",
        _("Auskünfte: Kopien dessen, was alle Dienste über eine Person speichern"),
        _("damit die Person sie ansehen und mitnehmen kann"),
        _("7 Tage"),
        accessing.forget_copies,
    ),
    Rule(
        "notes",
        _("Protokoll des Datenschutzes: wer wann was getan hat, ohne Adressen"),
        _("um es nachzuweisen"),
        _("3 Jahre"),
        forgetting.forget_notes,
    ),
    Rule(
        "kept-letters",
        _("Nachrichten im Postfach der Vorführung"),
        _("um sie anzusehen"),
        _("30 Tage"),
        forgetting.forget_kept_letters,
    ),
    Rule(
        "budgets",
        _("Prüfzeichen dafür, wie oft eine Adresse gefragt wurde"),
        _("damit niemand immer wieder gefragt wird"),
        _("1 Jahr"),
        forgetting.forget_budgets,
    ),
)
