"""The bodies of Bezirk Harburg as known at the start of the 22nd term; later ones are rows, never code."""

from datetime import date

import sqlalchemy as sa
from alembic import op

from shared import ids

revision = "0004"
down_revision = "0003"

_TERM_BEGAN = date(2024, 7, 16)
_BODIES = [
    ("council", "Harburger Integrationsrat"),
    ("committee", "Hauptausschuss"),
    ("committee", "Ausschuss für Soziales, Integration, Gesundheit und Inklusion"),
    ("committee", "Jugendhilfeausschuss"),
    ("committee", "Stadtentwicklungsausschuss"),
    ("committee", "Ausschuss für Mobilität und Inneres"),
    ("committee", "Ausschuss für Klimaschutz, Umwelt und Verbraucherschutz"),
    ("committee", "Regionalausschuss Harburg"),
    ("committee", "Regionalausschuss Süderelbe"),
    ("district_assembly", "Bezirksversammlung Harburg"),
    ("district_office", "Bezirksamt Harburg"),
    ("district_office", "Bezirksamt Harburg, Fachamt Sozialraummanagement"),
    ("district_office", "Bezirksamt Harburg, Fachamt Jugend- und Familienhilfe"),
    ("authority", "Behörde für Schule, Familie und Berufsbildung"),
    ("authority", "Behörde für Verkehr und Mobilitätswende"),
    ("authority", "Behörde für Inneres und Sport"),
]


def upgrade() -> None:
    table = sa.table(
        "organization",
        sa.column("id", sa.Uuid),
        sa.column("kind", sa.String),
        sa.column("name", sa.String),
        sa.column("valid_from", sa.Date),
    )
    rows = [{"id": ids.public(), "kind": kind, "name": name, "valid_from": _TERM_BEGAN} for kind, name in _BODIES]
    op.bulk_insert(table, rows)


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM organization"))
