"""The demo's people and words: made up, honest in kind. Ideas stand in the languages in which people would write them."""

#: (language, quarter, topic, title, text): the ideas of the last conference, then those since.
IDEAS: list[tuple[str, str, str, str, str]] = [
    (
        "de",
        "harburg",
        "administration",
        "Sprachmittler im Kundenzentrum",
        "Viele verstehen die Briefe vom Amt nicht. Im Kundenzentrum soll an zwei Tagen in der Woche jemand übersetzen.",
    ),
    (
        "tr",
        "heimfeld",
        "education",
        "Anneler için Almanca kursu",
        "Kurs saatlerinde çocuk bakımı olsun. Birçok anne bu yüzden kursa gidemiyor.",
    ),
    (
        "ru",
        "neugraben-fischbek",
        "mobility",
        "Автобус поздно вечером",
        "После смены люди не могут добраться домой. Нужен ещё один рейс после полуночи.",
    ),
    (
        "ar",
        "harburg",
        "neighbourhood",
        "حديقة مشتركة للجيران",
        "نريد مكاناً يزرع فيه الجيران معاً ويتعرّف بعضهم على بعض. توجد أرض فارغة قرب المحطة.",
    ),
    (
        "pl",
        "wilstorf",
        "work",
        "Pomoc przy uznaniu dyplomu",
        "Potrzebna jest osoba, która pomaga wypełnić wnioski o uznanie kwalifikacji.",
    ),
    (
        "en",
        "hausbruch",
        "health",
        "Appointments by phone in more languages",
        "Many people do not call the doctor because they are afraid of the language. A shared phone line would help.",
    ),
    (
        "uk",
        "neugraben-fischbek",
        "education",
        "Місця в дитячому садку",
        "Ми чекаємо місця понад рік. Просимо показувати онлайн, де є вільні місця.",
    ),
    (
        "fa",
        "marmstorf",
        "culture",
        "نوروز در هاربورگ",
        "می‌خواهیم نوروز را با همسایه‌ها در میدان شهر جشن بگیریم. یک برق‌کشی و چند میز لازم داریم.",
    ),
]
SINCE: list[tuple[str, str, str, str, str]] = [
    (
        "de",
        "eissendorf",
        "mobility",
        "Bänke am Außenmühlenteich",
        "Auf dem Weg um den Teich fehlen Bänke mit Lehne für ältere Menschen.",
    ),
    ("tr", "harburg", "work", "Gençler için meslek günü", "Firmalar ve gençler bir gün boyunca okulda buluşsun."),
    (
        "en",
        "heimfeld",
        "neighbourhood",
        "A repair café on Saturdays",
        "We have tools and time. We need a room twice a month.",
    ),
]

#: What the conference made of the first ideas: title and text by language, and how far each came.
RECOMMENDATIONS: list[tuple[int, dict[str, str], dict[str, str], tuple[str, str], tuple[int, int, int], int]] = [
    (
        0,
        {
            "de": "Sprachmittlung im Kundenzentrum",
            "en": "Language mediation at the citizens' office",
            "ar": "وساطة لغوية في مركز خدمة المواطنين",
        },
        {
            "de": "Das Bezirksamt bietet im Kundenzentrum an zwei Tagen in der Woche Sprachmittlung an.",
            "en": "The district office offers language mediation at the citizens' office on two days a week.",
        },
        ("district_office", "Bezirksamt Harburg"),
        (64, 3, 8),
        7,
    ),
    (
        1,
        {"de": "Deutschkurse mit Kinderbetreuung", "en": "German courses with childcare"},
        {"de": "Deutschkurse im Bezirk werden zu Zeiten mit Kinderbetreuung angeboten."},
        ("district_office", "Bezirksamt Harburg"),
        (70, 0, 4),
        6,
    ),
    (
        2,
        {"de": "Spätbus nach Neugraben", "en": "A late bus to Neugraben"},
        {"de": "Auf der Linie nach Neugraben fährt ein Bus nach Mitternacht."},
        ("authority", "Behörde für Verkehr und Mobilitätswende"),
        (58, 6, 11),
        5,
    ),
    (
        3,
        {
            "de": "Ein Nachbarschaftsgarten am Bahnhof",
            "en": "A neighbourhood garden at the station",
            "ar": "حديقة للجيران عند المحطة",
        },
        {"de": "Die freie Fläche am Bahnhof wird für einen Nachbarschaftsgarten geprüft."},
        ("district_assembly", "Bezirksversammlung Harburg"),
        (49, 12, 14),
        4,
    ),
    (
        4,
        {"de": "Beratung zur Anerkennung von Abschlüssen", "en": "Advice on having qualifications recognised"},
        {"de": "Im Bezirk gibt es eine offene Sprechstunde zur Anerkennung von Abschlüssen."},
        ("district_office", "Bezirksamt Harburg"),
        (61, 2, 12),
        3,
    ),
    (
        5,
        {"de": "Arzttermine in mehr Sprachen", "en": "Medical appointments in more languages"},
        {"de": "Die Behörde prüft eine gemeinsame Telefonleitung für Arzttermine in mehreren Sprachen."},
        ("authority", "Sozialbehörde"),
        (55, 9, 10),
        2,
    ),
    (
        6,
        {"de": "Freie Kita-Plätze online zeigen", "en": "Show free nursery places online"},
        {"de": "Freie Plätze in Kitas des Bezirks stehen öffentlich im Netz."},
        ("authority", "Sozialbehörde"),
        (72, 0, 2),
        1,
    ),
    (
        7,
        {"de": "Nouruz auf dem Rathausplatz", "en": "Nowruz on the town hall square"},
        {"de": "Der Rathausplatz steht jedes Jahr einen Tag für das Nouruz-Fest bereit."},
        ("district_office", "Bezirksamt Harburg"),
        (66, 1, 7),
        0,
    ),
]

#: The steps of a case in order; a recommendation's last number says how many of them it has behind it.
STEPS: list[tuple[str, dict[str, object]]] = [
    ("triage", {"note": {"de": "Die Geschäftsstelle bereitet die Beratung vor."}}),
    ("schedule", {}),
    ("decide", {"decision": {"de": "Der Integrationsrat unterstützt die Empfehlung einstimmig."}}),
    ("refer", {}),
    ("acknowledge", {}),
    ("answer", {"answer": {"de": "Wir setzen das um: Der Anfang ist für das nächste Quartal geplant."}}),
    ("close", {"outcome": "implemented", "reason": {"de": "Das Angebot besteht und wird genutzt."}}),
]

#: The working groups of a conference.
FORUMS: list[dict[str, str]] = [
    {"de": "Ankommen und Sprache", "en": "Arriving and language", "ar": "الوصول واللغة"},
    {"de": "Schule und Ausbildung", "en": "School and training", "ar": "المدرسة والتدريب المهني"},
    {"de": "Wohnen und Nachbarschaft", "en": "Housing and neighbourhood", "ar": "السكن والجيران"},
]

#: (name, e-mail or phone, language, who comes along)
PARTICIPANTS: list[tuple[str, str, str, dict[str, int]]] = [
    ("Leyla Yıldız", "leyla.yildiz@example.org", "de", {"adults": 1}),
    ("Amir Haddad", "+4915123456701", "ar", {"adults": 1, "children_3_5": 1, "children_under_3": 1}),
    ("Olena Kovalenko", "olena.kovalenko@example.org", "en", {}),
    ("Marek Nowak", "marek.nowak@example.org", "de", {}),
    ("Fatima Ahmadi", "fatima.ahmadi@example.org", "en", {"youths": 1, "children_6_13": 1}),
    ("Jürgen Behrens", "juergen.behrens@example.org", "de", {"adults": 1}),
    ("Samira El-Masri", "samira.elmasri@example.org", "ar", {}),
    ("Natalia Petrowa", "+4915123456702", "de", {}),
    ("", "nachbar@example.org", "de", {}),
]

#: Who registers for a conference that fills up; then it gets one place more, which the next in line is offered.
FULL_CAPACITY = 2
FULL: list[tuple[str, str, str, dict[str, int]]] = [
    ("Ewa Lewandowska", "ewa.lewandowska@example.org", "de", {"adults": 1}),
    ("Aylin Demir", "aylin.demir@example.org", "de", {}),
    ("Familie Osei", "osei@example.org", "en", {"children_6_13": 1}),
    ("", "+4915123456703", "ar", {}),
]

#: Who registers there once the office looks at each registration.
HOPING: list[tuple[str, str, str, dict[str, int]]] = [
    ("Darius Rahimi", "darius.rahimi@example.org", "de", {}),
    ("", "+4915123456704", "ar", {"adults": 1}),
]

#: Who hands in which idea: places in PARTICIPANTS, for IDEAS and then for SINCE.
AUTHORS = (0, 8, 7, 1, 3, 6, 2, 4, 5, 0, 6)

PETITION = (
    "Zebrastreifen vor der Schule",
    "Vor der Grundschule fahren viele Autos zu schnell. Bitte lassen Sie dort einen Zebrastreifen prüfen.",
)
