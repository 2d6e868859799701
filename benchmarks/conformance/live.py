"""The marks that need a server: addresses, bombs, and how fast politeness lets a crawl be."""

import contextlib
import gzip
import json
import multiprocessing
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from itertools import pairwise
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from benchmarks.base.marks import Mark
from tasks.fetch.client import Client
from tasks.fetch.crawl import FetchJob, crawl
from tasks.fetch.policy import FetchPolicy
from tests.fetch.bombs import forget_peak, peak_mib
from tests.test_fetch_addresses import HOSTS, resolver
from tests.webserver import WebServer, bomb
from warehouse.records import Fetched, Link

ROOT = Path(__file__).resolve().parents[2]
DOMAINS = [f"paper{number:02}.test" for number in range(20)]
PAGES = 50  # of each
DELAY_S = 0.25
DEADLINE_S = 3.0


def measure() -> list[Mark]:
    """All of them."""
    polite, usual = polite_crawl()
    return [addresses(), *bombs(), polite, hanging(usual)]


def addresses() -> Mark:
    """Every spelling of a private address, directly and as the target of a redirect."""
    with WebServer() as web:
        policy = FetchPolicy(connect_to=web.as_hosts("start.test"), delay_s=0.0, respect_robots=False)
        client = Client(policy, resolver=resolver)
        verdicts = Counter(client.get(f"http://{host}:{web.port}/").error for host in HOSTS)
        before = web.connections
        for number, host in enumerate(HOSTS):
            raw = host.encode().decode("latin-1")
            web.add(f"/to/{number}", b"", status=302, headers={"Location": f"http://{raw}:{web.port}/secret"})
            verdicts[client.get(f"http://start.test/to/{number}").error] += 1
        reached = before + web.paths().count("/secret")
    return Mark(
        what="address guard",
        wanted="≥ 60 forms, a listener behind: zero connections",
        measured=f"{len(HOSTS)} forms, directly and behind a redirect: {verdicts['blocked_address']} of "
        f"{2 * len(HOSTS)} refused, {reached} connections",
        met=reached == 0 and verdicts["blocked_address"] == 2 * len(HOSTS),
    )


def bombs() -> list[Mark]:
    """Each in a process of its own, so that the peak of memory is the bomb's."""
    names = {
        "bomb": "1 GiB from 1 MB of gzip",
        "double-bomb": "1 GiB from 2.5 KB, gzip in gzip",
        "endless": "endless body",
        "drip": "10 bytes a second for ever",
        "slow-drip": "1 byte a second for ever",
    }
    sizes = {"bomb": len(bomb()), "double-bomb": len(gzip.compress(bomb()))}
    with WebServer() as web:
        done = subprocess.run(
            [sys.executable, str(ROOT / "tests" / "fetch" / "bombs.py"), web.address],
            capture_output=True,
            text=True,
            check=True,
        )
    return [
        Mark(
            what=names[path],
            wanted="≤ 64 MB growth, ≤ deadline (2 s) + 1 s",
            measured=f"{error} after {seconds:.2f} s, {growth:.0f} MiB growth"
            + (f"; {sizes[path]} bytes are sent" if path in sizes else ""),
            met=growth <= 64 and seconds <= 3.0,
        )
        for path, error, seconds, growth in [*json.loads(done.stdout), one_byte_a_second()]
    ]


def one_byte_a_second() -> tuple[str, str | None, float, float]:
    """The slowest drip: name, error, seconds and growth of the peak in MiB."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_drip, args=(listener,), daemon=True).start()
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        client = Client(FetchPolicy(connect_to={"a.test": address}, delay_s=0.0, deadline_s=2.0, respect_robots=False))
        forget_peak()
        before, began = peak_mib(), time.monotonic()
        fetched = client.get("http://a.test/")
        return "slow-drip", fetched.error, time.monotonic() - began, peak_mib() - before


def _drip(listener: socket.socket) -> None:
    connection, _ = listener.accept()
    with connection, contextlib.suppress(OSError):
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            connection.sendall(b"x")
            time.sleep(1)


def polite_crawl() -> tuple[Mark, float]:
    """1,000 pages over 20 domains; how long it took is the usual time of `hanging`."""
    jobs = [f"http://{host}/page/{number}" for number in range(PAGES) for host in DOMAINS]
    jobs += [f"http://{host}/private/{number}" for host in DOMAINS for number in range(2)]
    took, results, seen = _crawled(jobs)
    bound = PAGES * DELAY_S  # between robots.txt and the last page there are as many rests as pages
    gaps = [
        later - earlier
        for host in DOMAINS
        for earlier, later in pairwise(sorted(at for at, where, _ in seen["requests"] if where == host))
    ]
    outcomes = Counter(fetched.outcome for fetched in results)
    disallowed = sum(path.startswith("/private") for _, _, path in seen["requests"])
    good = (
        max(seen["busiest"].values()) == 1
        and min(gaps) >= DELAY_S
        and disallowed == 0
        and len(results) == len(jobs)
        and outcomes == {"ok": 1000, "skipped": 40}
    )
    mark = Mark(
        what="1,000 pages over 20 domains",
        wanted="never two at once, never too soon, nothing disallowed, every job accounted for; ≤ 1.15 × the bound",
        measured=f"{took:.2f} s, bound {bound:.2f} s: {took / bound:.3f} ×; shortest rest {min(gaps) * 1000:.1f} ms of "
        f"{DELAY_S * 1000:.0f}; {outcomes['ok']} ok, {outcomes['skipped']} skipped, {disallowed} disallowed requests",
        met=good and took / bound <= 1.15,
    )
    return mark, took


def hanging(usual_s: float) -> Mark:
    """The same with six of the twenty hanging or dripping."""
    slow = set(DOMAINS[::3][:6])
    jobs = [
        f"http://{host}/{('hang' if index % 2 else 'drip') if host in slow else 'page'}/{number}"
        for number in range(PAGES)
        for index, host in enumerate(DOMAINS)
    ]
    finished: dict[str, float] = {}
    _, results, _ = _crawled(jobs, finished)
    healthy = max(seconds for host, seconds in finished.items() if host not in slow)
    lost = Counter(fetched.error for fetched in results if fetched.error)
    return Mark(
        what="30 % of hosts dripping or hanging",
        wanted="the healthy ones in ≤ 1.2 × their usual time",
        measured=f"{healthy:.2f} s instead of {usual_s:.2f} s: {healthy / usual_s:.3f} ×; slow hosts: "
        + ", ".join(f"{count} {error}" for error, count in lost.most_common()),
        met=healthy / usual_s <= 1.2 and len(results) == len(jobs),
    )


def _crawled(urls: list[str], finished: dict[str, float] | None = None) -> tuple[float, list[Fetched], dict[str, Any]]:
    """Time, results and what the server (in another process) saw."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    address = ours.recv()
    policy = FetchPolicy(connect_to=dict.fromkeys(DOMAINS, address), delay_s=DELAY_S, deadline_s=DEADLINE_S)
    results: list[Fetched] = []
    began = time.monotonic()

    def take(job: FetchJob, fetched: Fetched) -> None:
        results.append(fetched)
        if finished is not None:
            finished[job.link.url.split("/")[2]] = time.monotonic() - began

    crawl(
        [FetchJob(link=Link(source="benchmark", url=url, via="feed")) for url in urls], Client(policy), on_result=take
    )
    took = time.monotonic() - began
    ours.send("stop")
    seen: dict[str, Any] = ours.recv()
    server.join()
    return took, results, seen


def _serve(pipe: Connection) -> None:
    with WebServer() as web:
        web.add("/robots.txt", b"User-agent: *\nDisallow: /private/\n")
        pipe.send(web.address)
        pipe.recv()
        requests = [(seen.at, seen.host, seen.path) for seen in web.requests]
        pipe.send({"requests": requests, "busiest": dict(web.busiest)})
