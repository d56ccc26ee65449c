"""The figures as bars, drawn as SVG: how much of its limit each of ours reaches, with its aim in words."""

from collections.abc import Sequence
from html import escape

from tests.bench.figure import Figure

_WIDTH, _ROW, _LEFT, _RIGHT = 900, 34, 150, 330
_FULL = _WIDTH - _LEFT - _RIGHT

_STYLE = "text{font:13px sans-serif;fill:#1a1a1a}.limit{fill:#d9dee5}.met{fill:#171a76}.unmet{fill:#a3160c}"


def draw(figures: Sequence[Figure], caption: str) -> str:
    """The chart."""
    rows = "".join(_row(figure, 40 + place * _ROW) for place, figure in enumerate(figures))
    height = 52 + len(figures) * _ROW
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">'
        f"<title>{escape(caption)}</title><style>{_STYLE}</style>"
        f'<text x="8" y="20">{escape(caption)}</text>{rows}</svg>\n'
    )


def _row(figure: Figure, top: int) -> str:
    share = min(1.0, figure.ratio or 0.0)
    reached = "met" if figure.met else "unmet"
    told = (
        f"{figure.row()[1]} of {figure.row()[2]} ({figure.aim})"
        if figure.limit
        else f"{figure.row()[1]} ({figure.aim})"
    )
    return (
        f'<text x="8" y="{top + 15}">{escape(figure.name)}</text>'
        f'<rect class="limit" x="{_LEFT}" y="{top}" width="{_FULL if figure.limit else 0}" height="20"/>'
        f'<rect class="{reached}" x="{_LEFT}" y="{top}" width="{share * _FULL:.0f}" height="20"/>'
        f'<text x="{_WIDTH - _RIGHT + 8}" y="{top + 15}">{escape(told)}</text>'
    )
