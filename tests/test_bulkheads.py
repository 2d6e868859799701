"""Whatever one outlet serves costs that outlet only: readers are linear and raise what they declare."""

import random
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.bulkheads.complexity import MOST_GROWTH, MOST_SECONDS, measure
from benchmarks.bulkheads.fuzz import TOKENS, Target, http_target, mutated, targets
from benchmarks.bulkheads.readers import Reader, readers
from tests.conftest import Run, rows
from tests.webserver import WebServer

_QUICK = 262_144  # bytes: the largest text of this test; `make complexity` goes to the caps


@pytest.mark.parametrize("reader", list(readers()), ids=lambda reader: f"{reader.name}: {reader.shape}")
def test_time_grows_with_the_length(reader: Reader) -> None:
    small = Reader(
        name=reader.name,
        shape=reader.shape,
        make=reader.make,
        read=reader.read,
        largest=min(reader.largest, _QUICK),
    )
    found = measure(small)
    if found.factor > MOST_GROWTH:  # a busy machine? once more
        found = measure(small)
    assert found.factor <= MOST_GROWTH
    assert found.at_largest <= MOST_SECONDS


@pytest.mark.parametrize("target", list(targets()), ids=lambda target: target.name)
@given(data=st.lists(st.sampled_from(TOKENS) | st.binary(max_size=30), max_size=20), seed=st.integers(0, 1 << 32))
@settings(max_examples=30)
def test_nothing_undeclared_leaves_a_reader(target: Target, data: list[bytes], seed: int) -> None:
    dice = random.Random(seed)
    for body in (b"".join(data), mutated(dice.choice(target.seeds), dice)):
        target.once(body)
    assert not target.crashes


def test_nothing_undeclared_leaves_the_client() -> None:
    stop, dice = threading.Event(), random.Random(17)
    target = http_target(stop)
    for _ in range(25):
        target.once(mutated(target.seeds[0], dice))
    stop.set()
    assert not target.crashes


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\nConnection: close\r\n"
FAULTS = {
    "framing": HEAD + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nx\r\n0\r\n\r\n",
    "length": HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nx",
    "comments": HEAD + b"\r\n<!DOCTYPE rss [" + b"<!--" * 25_000,
    "nested": HEAD + b"\r\n<rss><channel>" + b"<item>" * 100_000,
    "login": HEAD + b"\r\n<html><body>Log in</body></html>",
    "garbage": b"\x00\x01\x02" * 100,
    "silence": b"",
}
PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1>{1}</article></body></html>"
SAID = "<p>The ferry of harbour {0} was repaired on Tuesday after {1} residents had asked for it in letters.</p>"


def outlets(web: WebServer, home: Path, names: list[str]) -> Path:
    """A configuration of these outlets; each healthy one has two pages."""
    hosts = {f"{name}.test": web.address for name in names}
    lines = [f'home = "{home}"', "[fetch]", 'delay = "0s"', "[fetch.connect_to]"]
    lines += [f'"{host}" = "{address}"' for host, address in hosts.items()]
    for name in names:
        path = f"/{name}/feed" if name in FAULTS else "/feed"
        lines += ["[[source]]", f'name = "{name}"', f'feeds = ["http://{name}.test{path}"]']
    config = home.with_suffix(".toml")
    config.write_text("\n".join(lines))
    return config


def test_the_other_outlets_of_a_run_come_out_equal(tmp_path: Path, run: Run) -> None:
    """Row for row, with every kind of fault beside them."""
    with WebServer() as web:
        links = "".join(f"<item><title>Ferry {n}</title><link>/p/{n}</link></item>" for n in range(2))
        web.add("/feed", f"<rss><channel>{links}</channel></rss>".encode())
        for number in range(2):
            body = "".join(SAID.format(number, 40 + line) for line in range(8))
            web.add(f"/p/{number}", PAGE.format(f"The ferry {number} sails again", body).encode())
        for name, answer in FAULTS.items():
            web.add_raw(f"/{name}/feed", answer)
        found = {}
        for label, names in (("alone", ["calm", "quiet"]), ("beside", ["calm", *FAULTS, "quiet"])):
            config = outlets(web, tmp_path / label, names)
            report = run(config=str(config), home=str(tmp_path / label))
            found[label] = rows(
                tmp_path / label / "dateline.duckdb",
                "select source, url, headline, text, authors, content_hash, page_kind, quality_flags from articles "
                "order by source, url",
            )
    assert len(found["alone"]) == 4
    assert found["beside"] == found["alone"]
    assert report.exit_status == 3
    failed = {alarm.partition(":")[0] for alarm in report.alarms}
    assert failed >= set(FAULTS) - {"nested"}
