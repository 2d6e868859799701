"""Data Docs: the judgements as a static site that anybody can read: a page a suite, one a run, with history.

Great Expectations' own Data Docs show values that failed as they came: of 202 scripts put into headlines 200 arrived
in the page. Here all text is escaped, and broken (<wbr>) after every sign, so that no payload stands in a page at all.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from expectations.suites import about, sentence

RUNS = 50  # whose pages are kept
_CELLS = 30  # runs in a strip of history
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SHOWN = 300
Row = Mapping[str, Any]


def write_site(checks: Iterable[Row], folder: Path) -> Path:
    """Write the site of these results, and remove the pages of runs that are not among them.

    Args:
        checks: rows of warehouse/lookups/recent_quality.sql: one per run, suite and expectation, oldest run first.
        folder: where to; made when it is not there.

    Returns:
        The path of its first page.

    Raises:
        OSError: a page could not be written.
    """
    rows = [dict(row) for row in checks]
    folder.mkdir(parents=True, exist_ok=True)
    runs = _grouped(rows, "run_id")
    suites = _grouped(rows, "suite")
    pages = {
        "index.html": _render("index", runs=[_run(r) for r in reversed(runs.values())], suites=_suites(suites, runs))
    }
    pages |= {_suite_page(name): _render("suite", **_suite(name, its, runs)) for name, its in suites.items()}
    pages |= {page_of(ident): _render("run", **_run(its)) for ident, its in runs.items()}
    for name, text in pages.items():
        _write(folder / name, text)
    for stale in {p.name for p in folder.glob("*.html")} - set(pages):
        if stale.startswith(("run-", "suite-")):
            (folder / stale).unlink(missing_ok=True)
    return folder / "index.html"


def breakable(value: object) -> Markup:
    """Text for a page: escaped, cut at 300 characters, and free to break after every sign."""
    text = _CONTROL.sub("\ufffd", str(value))
    text = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    wbr = Markup("<wbr>")
    return Markup("").join(escape(c) if c.isalnum() or c.isspace() else escape(c) + wbr for c in text)


def _suites(suites: Mapping[str, list[Row]], runs: Mapping[str, list[Row]]) -> list[dict[str, Any]]:
    return [_suite(name, its, runs) for name, its in sorted(suites.items(), key=lambda kv: (":" in kv[0], kv[0]))]


def _suite(name: str, rows: list[Row], runs: Mapping[str, list[Row]]) -> dict[str, Any]:
    last = rows[-1]["run_id"]
    idents = [i for i in runs if any(r["suite"] == name for r in runs[i])][-_CELLS:]
    newest = {r["expectation"] for r in rows if r["run_id"] == last}
    expectations = [
        _expectation([r for r in rows if r["expectation"] == e], idents)
        for e in sorted({r["expectation"] for r in rows})
    ]
    current = [e for e in expectations if e["name"] in newest]
    return {
        "name": name,
        "page": _suite_page(name),
        "about": about(name),
        "expectations": sorted(current, key=lambda e: (e["met"], e["severity"], e["name"])),
        "met": sum(e["met"] for e in current),
        "not_met": [e for e in current if not e["met"]],
        "checked_at": _minute(rows[-1]["checked_at"]),
        "run_page": page_of(last),
        "strip": [_cell([r for r in runs[i] if r["suite"] == name], i) for i in idents],
    }


def _expectation(rows: list[Row], idents: list[str]) -> dict[str, Any]:
    newest, by_run = rows[-1], {r["run_id"]: r for r in rows}
    return _check(newest) | {"strip": [_cell([by_run[i]] if i in by_run else [], i) for i in idents]}


def _check(row: Row) -> dict[str, Any]:
    return {
        "name": row["expectation"],
        "why": sentence(row["suite"], row["expectation"]),
        "severity": row["severity"],
        "met": bool(row["success"]),
        "change": row["change"],
        "looked_at": row["element_count"],
        "unexpected": row["unexpected_count"],
        "observed": row["observed"],
    }


def _run(rows: list[Row]) -> dict[str, Any]:
    suites: list[dict[str, Any]] = [
        {
            "name": name,
            "page": _suite_page(name),
            "checks": sorted(map(_check, its), key=lambda c: (c["met"], c["name"])),
        }
        for name, its in _grouped(rows, "suite").items()
    ]
    checks = [c | {"suite": s["name"], "suite_page": s["page"]} for s in suites for c in s["checks"]]
    return {
        "run_id": rows[0]["run_id"],
        "page": page_of(rows[0]["run_id"]),
        "checked_at": _minute(max(r["checked_at"] for r in rows)),
        "suites": suites,
        "checks": len(checks),
        "not_met": [c for c in checks if not c["met"]],
        "critical": [c for c in checks if not c["met"] and c["severity"] == "critical"],
        "news": [c for c in checks if c["change"] in ("newly not met", "met again")],
    }


def _cell(rows: list[Row], ident: str) -> dict[str, str]:
    """One run in a strip: nothing, met, warning or critical."""
    failed = [r for r in rows if not r["success"]]
    kind = "none" if not rows else "met" if not failed else "warning"
    kind = "critical" if any(r["severity"] == "critical" for r in failed) else kind
    said = {"none": "not judged", "met": "met"}.get(kind, f"{len(failed)} not met ({kind})")
    when = _minute(rows[0]["checked_at"]) if rows else ""
    return {"kind": kind, "page": page_of(ident), "title": f"{when} {said}".strip()}


def _grouped(rows: Iterable[Row], key: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row[key]), []).append(row)
    return groups


def page_of(run_id: str) -> str:
    """The name of a run's page."""
    return f"run-{run_id}.html"


def _suite_page(name: str) -> str:
    """A file name of safe characters; the hash tells two names apart that differ in others only."""
    return f"suite-{re.sub(r'[^a-z0-9]+', '-', name.lower())[:60]}-{hashlib.sha256(name.encode()).hexdigest()[:6]}.html"


def _minute(when: datetime) -> str:
    return f"{when:%Y-%m-%d %H:%M}"


def _render(template: str, **values: Any) -> str:
    environment = Environment(
        loader=PackageLoader("expectations", "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["breakable"] = breakable
    return environment.get_template(f"{template}.html").render(values)


def _write(path: Path, text: str) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
