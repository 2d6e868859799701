"""Charts as SVG: Vega-Lite specifications drawn by vl-convert, without a browser and without a script in the page.

Colours are CSS variables, so that a page shows the same chart in light and dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import vl_convert

OTHER = "other"
_PALETTE = [f"var(--c{n})" for n in range(1, 9)]
_AXIS = {
    "labelColor": "var(--fg)",
    "titleColor": "var(--dim)",
    "domainColor": "var(--line)",
    "tickColor": "var(--line)",
    "gridColor": "var(--line)",
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
}
_CONFIG = {
    "font": "system-ui, sans-serif",
    "axis": _AXIS,
    "view": {"stroke": None},
    "range": {"category": _PALETTE},
}
# For places that know no CSS variables, such as an image in the Prefect UI: readable on light and on dark.
_COLOURS = [
    "#4c78a8",
    "#e2873b",
    "#54a24b",
    "#d1605e",
    "#8a7ab8",
    "#b08968",
    "#d77ba8",
    "#8c8f94",
    "#7d8590",
    "#7d8590",
    "#8b949e55",
]
_PLAIN = dict(zip([*_PALETTE, "var(--fg)", "var(--dim)", "var(--line)"], _COLOURS, strict=True))
Rows = Sequence[Mapping[str, Any]]


def by_day(rows: Rows, now: datetime) -> str:
    """Articles of the last 28 days by day and outlet, stacked.

    Args:
        rows: of volume.sql: day, source, articles.
        now: where the axis ends.
    """
    return draw(_stacked(rows, "day", "utcyearmonthdate", (now - timedelta(days=27), now), "%-d %b"))


def by_hour(rows: Rows, now: datetime, *, legend: bool = False) -> str:
    """Articles of the last 48 hours by hour and outlet, stacked.

    Args:
        rows: of hours.sql: hour, source, articles.
        now: where the axis ends.
        legend: name the outlets in the chart itself.
    """
    chart = _stacked(rows, "hour", "utcyearmonthdatehours", (now - timedelta(hours=47), now), "%a %H:00")
    if legend:
        chart["encoding"]["color"]["legend"] = {"title": None, "labelColor": "var(--fg)", "labelLimit": 200}
        chart["padding"] = {"left": 5, "top": 5, "bottom": 5, "right": 60}  # names in a reader's wider font
    return draw(chart)


def shares(rows: Rows) -> str:
    """Share of wire copy by outlet, one bar each.

    Args:
        rows: of wire.sql: source, share of 1.
    """
    return draw(
        _base(rows, max(60, 26 * len(rows)))
        | {
            "mark": {"type": "bar", "cornerRadiusEnd": 2, "color": "var(--c1)", "height": {"band": 0.7}},
            "encoding": {
                # Widths are reckoned in another font than the reader's: room for letters that are wider.
                "y": {"field": "source", "type": "nominal", "sort": None, "title": None, "axis": {"minExtent": 160}},
                "x": {
                    "field": "share",
                    "type": "quantitative",
                    "scale": {"domain": [0, 1]},
                    "axis": {"format": ".0%", "title": None, "tickCount": 5},
                },
            },
        }
    )


def over_time(rows: Rows, period: str, value: str, *, days: int, width: int) -> str:
    """A number by period, one bar each.

    Args:
        rows: with a day of the form 2026-11-23 under `period`, and a number under `value`.
        period, value: names of these; the second is the title of its axis.
        days: that a period is long: 1, 7 or 30 (a month).
        width: of the plot, in pixels.
    """
    span = max(_days(rows, period), days)
    form = "%b %Y" if span > 300 else "%-d %b"
    x: dict[str, Any] = {"field": period, "type": "temporal", "scale": {"type": "utc", "padding": 10}}
    x["axis"] = {"format": form, "title": None, "labelOverlap": True, "labelSeparation": 12, "grid": False}
    x["axis"]["tickCount"] = {"interval": "day", "step": 1} if span < 5 else max(2, width // 90)
    y = {"field": value, "type": "quantitative", "title": None, "axis": {"tickMinStep": 1, "tickCount": 4}}
    mark = {"type": "bar", "color": "var(--c1)", "width": max(1.0, min(18.0, 0.85 * width * days / span))}
    return draw(_base(rows, 140) | {"width": width, "mark": mark, "encoding": {"x": x, "y": y}})


def _days(rows: Rows, period: str) -> int:
    said = sorted(str(row[period]) for row in rows)
    return (date.fromisoformat(said[-1]) - date.fromisoformat(said[0])).days + 1 if said else 1


def outlets(rows: Rows) -> list[str]:
    """The outlets of a stacked chart in the order of their colours --c1 to --c8; "other" is the last."""
    return sorted({str(row["source"]) for row in rows}, key=lambda name: (name == OTHER, name))


def plain(svg: str) -> str:
    """The chart with colours of its own instead of a page's."""
    for name, colour in _PLAIN.items():
        svg = svg.replace(name, colour)
    return svg


def draw(specification: Mapping[str, Any]) -> str:
    """The specification as one <svg> that scales with its place.

    Raises:
        ValueError: vl-convert cannot draw it.
    """
    svg: str = vl_convert.vegalite_to_svg(dict(specification))
    return svg.replace("<svg ", '<svg style="max-width:100%;height:auto" ', 1)


def _base(rows: Rows, height: int) -> dict[str, Any]:
    values = [dict(row) for row in rows]
    return {"data": {"values": values}, "width": 660, "height": height, "background": None, "config": _CONFIG}


def _stacked(rows: Rows, name: str, unit: str, span: tuple[datetime, datetime], form: str) -> dict[str, Any]:
    first, last = (when.astimezone(UTC) for when in span)
    first = first.replace(minute=0, second=0, microsecond=0, hour=0 if name == "day" else first.hour)
    last = last.replace(hour=23) if name == "day" else last  # or the last bar is cut
    ends = [f"{first:%Y-%m-%dT%H:00:00Z}", f"{last:%Y-%m-%dT%H:59:59Z}"]
    axis = {"format": form, "title": None, "labelOverlap": True, "labelSeparation": 16, "grid": False, "tickCount": 6}
    return _base(rows, 200) | {
        "mark": {"type": "bar"},
        "encoding": {
            "x": {
                "field": name,
                "type": "temporal",
                "timeUnit": unit,
                "scale": {"type": "utc", "domain": ends, "clamp": True},
                "axis": axis,
            },
            "y": {"field": "articles", "type": "quantitative", "title": "articles", "axis": {"tickMinStep": 1}},
            "color": {"field": "source", "type": "nominal", "legend": None, "scale": {"domain": outlets(rows)}},
        },
    }


def draw_image(specification: Mapping[str, Any], image: str) -> bytes:
    """A specification as a picture that stands alone, on white.

    Args:
        specification: Vega-Lite, without size.
        image: "svg" or "png".

    Raises:
        ValueError: vl-convert cannot draw it.
    """
    whole = {"width": 800, "height": 320, "background": "white", **specification}
    if image == "png":
        return bytes(vl_convert.vegalite_to_png(whole, scale=2))
    return str(vl_convert.vegalite_to_svg(whole)).encode()
