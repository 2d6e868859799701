"""Other programs that fetch and read pages: `python others.py NAME URLS.txt OUT.jsonl`, by a Python that has them.

Each as its documentation has it, without a pause between requests to one host. The last line of its output is JSON:
seconds from the first request to the last line written, imports and the start of processes left out. Imports nothing
of Dateline.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

_THREADS, _PROCESSES = 8, 2
_SETTINGS = """[DEFAULT]
DOWNLOAD_TIMEOUT = 30
SLEEP_TIME = 0
SSRF_PROTECTION = false
"""


def _extracted(url: str, html: bytes) -> str:
    from trafilatura import bare_extraction

    found = bare_extraction(html, url=url, with_metadata=True)
    return json.dumps({"url": url, **(found.as_dict() if found else {})}, default=str)


def _warm(_: int) -> None:
    _extracted("http://first.example/", b"<html><body><p>" + b"Nothing was decided. " * 40 + b"</p></body></html>")


def script(urls: list[str], out: Path) -> float:
    """requests in threads, trafilatura in processes."""
    import requests

    local = threading.local()

    def fetched(url: str) -> tuple[str, bytes]:
        session = getattr(local, "session", None) or requests.Session()
        local.session = session
        return url, session.get(url, timeout=30).content

    with ProcessPoolExecutor(_PROCESSES) as pool, ThreadPoolExecutor(_THREADS) as threads, out.open("w") as file:
        list(pool.map(_warm, range(_PROCESSES)))
        began = time.perf_counter()
        futures = [pool.submit(_extracted, *page) for page in threads.map(fetched, urls)]
        for future in futures:
            file.write(future.result() + "\n")
    return time.perf_counter() - began


def trafilatura(urls: list[str], out: Path) -> float:
    """Its command line."""
    import trafilatura as _  # noqa: F401 - says whether it is there

    with tempfile.TemporaryDirectory() as folder:
        listed, settings = Path(folder, "urls.txt"), Path(folder, "settings.cfg")
        listed.write_text("\n".join(urls))
        settings.write_text(_SETTINGS)
        command = [sys.executable, "-m", "trafilatura.cli", "-i", str(listed), "-o", str(out.with_suffix("")), "--json",
                   "--with-metadata", "--parallel", str(_PROCESSES), "--config-file", str(settings)]  # fmt: skip
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


def scrapy(urls: list[str], out: Path) -> float:
    """A spider that yields what trafilatura reads."""
    import scrapy as framework
    from scrapy.crawler import CrawlerProcess

    class Bare(framework.Spider):  # type: ignore[misc]  # not installed here
        name, start_urls = "bare", urls

        def parse(self, response: Any) -> Any:
            yield json.loads(_extracted(response.url, response.body))

    settings = {"FEEDS": {str(out): {"format": "jsonlines"}}, "LOG_ENABLED": False, "ROBOTSTXT_OBEY": False,
                "CONCURRENT_REQUESTS": 16, "TELNETCONSOLE_ENABLED": False, "DOWNLOAD_DELAY": 0}  # fmt: skip
    process = CrawlerProcess(settings)
    _warm(0)
    began = time.perf_counter()
    process.crawl(Bare)
    process.start()
    return time.perf_counter() - began


def newspaper(urls: list[str], out: Path) -> float:
    """Its own fetching in threads, then its parser."""
    from newspaper.mthreading import fetch_news

    began = time.perf_counter()
    with out.open("w") as file:
        for article in fetch_news(urls, threads=_THREADS):
            article.parse()
            file.write(json.dumps({"url": article.url, "title": article.title, "text": article.text}) + "\n")
    return time.perf_counter() - began


def _please(url: str) -> str:
    from newsplease import NewsPlease

    found = NewsPlease.from_url(url, timeout=30)
    return json.dumps(found.get_dict() if found else {"url": url}, default=str)


def newsplease(urls: list[str], out: Path) -> float:
    """One page after another in each of two processes."""
    import newsplease as _  # noqa: F401 - says whether it is there

    with ProcessPoolExecutor(_PROCESSES) as pool, out.open("w") as file:
        list(pool.map(_please, urls[:_PROCESSES]))
        began = time.perf_counter()
        for line in pool.map(_please, urls):
            file.write(line + "\n")
    return time.perf_counter() - began


PROGRAMS: dict[str, Callable[[list[str], Path], float]] = {
    each.__name__: each for each in (script, trafilatura, scrapy, newspaper, newsplease)
}

if __name__ == "__main__":
    name, listed, target = sys.argv[1:]
    print(json.dumps({"seconds": PROGRAMS[name](Path(listed).read_text().split(), Path(target))}))
