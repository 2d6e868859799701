"""newspaper4k, news-please and readability on the same pages, in an interpreter of their own: no dependencies.

    python -m venv OTHERS && OTHERS/bin/pip install newspaper4k news-please readability-lxml lxml_html_clean
    python -m benchmarks.extraction PAGES.warc.gz --others-python OTHERS/bin/python

Run as a script, it reads {"url", "html"} as JSON lines and writes what each installed system read of it, one JSON line
a page and system: {"system", "headline", "authors", "day", "text", "seconds"}; the seconds are of CPU. It imports
nothing of Dateline, since the other interpreter does not have it. Every page is handed over, and connections are
refused: both systems would fetch pictures.
"""

from __future__ import annotations

import importlib.util
import json
import logging
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

_WARM_PAGE = "<html><body><article><h1>Nothing</h1>" + "<p>The council met and decided nothing.</p>" * 20 + "</article>"


def ask(python: Path, pages: Iterable[tuple[str, str]]) -> Iterator[list[dict[str, Any]]]:
    """What each system read, page by page in their order.

    Args:
        python: the interpreter that has the systems.
        pages: URL and decoded HTML.

    Raises:
        RuntimeError: the interpreter has neither of them, or ended early.
    """
    asked = "".join(json.dumps({"url": url, "html": html}) + "\n" for url, html in pages)
    done = subprocess.run([str(python), __file__], input=asked, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise RuntimeError(f"{python} could not run the other systems:\n{done.stderr[-2000:]}")
    for line in done.stdout.splitlines():
        yield json.loads(line)


def newspaper4k(html: str, url: str) -> dict[str, Any]:
    """newspaper4k's reading."""
    import newspaper  # only where it is installed

    article = newspaper.Article(url)
    article.download(input_html=html)
    article.parse()
    day = article.publish_date.date().isoformat() if article.publish_date else None
    return {"headline": article.title, "authors": list(article.authors), "day": day, "text": article.text}


def news_please(html: str, url: str) -> dict[str, Any]:
    """news-please's reading."""
    from newsplease import NewsPlease  # only where it is installed

    article = NewsPlease.from_html(html, url=url, fetch_images=False)
    day = article.date_publish.date().isoformat() if article.date_publish else None
    return {
        "headline": article.title,
        "authors": list(article.authors or ()),
        "day": day,
        "text": article.maintext or "",
    }


def readability(html: str, url: str) -> dict[str, Any]:
    """readability-lxml's reading: a title and a text, no authors and no day."""
    from lxml.html import fromstring  # only where it is installed
    from readability import Document

    document = Document(html, url=url)
    text = "\n".join(map(str, fromstring(document.summary()).itertext()))
    return {"headline": document.short_title(), "authors": [], "day": None, "text": text}


System = Callable[[str, str], dict[str, Any]]
SYSTEMS: dict[str, tuple[str, System]] = {  # name: module, reader
    "newspaper4k": ("newspaper", newspaper4k),
    "news-please": ("newsplease", news_please),
    "readability": ("readability", readability),
}


def main() -> int:
    """Read pages from standard input until it ends; 1 when nothing is installed."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    installed = {name: system for name, (module, system) in SYSTEMS.items() if importlib.util.find_spec(module)}
    if not installed:
        print(f"none of {', '.join(SYSTEMS)} is installed", file=sys.stderr)
        return 1
    socket.socket.connect = socket.getaddrinfo = _refused  # type: ignore[method-assign,assignment]
    answers, sys.stdout = sys.stdout, sys.stderr  # the systems print
    for system in installed.values():
        _read(system, _WARM_PAGE, "https://a.example/b")
    for line in sys.stdin:
        page = json.loads(line)
        read = [{"system": name, **_read(system, page["html"], page["url"])} for name, system in installed.items()]
        print(json.dumps(read), file=answers)
    return 0


def _refused(*_: Any, **__: Any) -> None:
    raise OSError("no network here")


def _read(system: System, html: str, url: str) -> dict[str, Any]:
    started = time.process_time()
    try:
        read = system(html, url)
    except Exception:  # a crash is a miss
        read = {"headline": None, "authors": [], "day": None, "text": ""}
    return read | {"seconds": time.process_time() - started}


if __name__ == "__main__":
    sys.exit(main())
