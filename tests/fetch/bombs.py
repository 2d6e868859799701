"""Fetches each bomb of the web server at argv[1]; prints [path, error, seconds, growth of the peak in MiB] as JSON."""

import contextlib
import gc
import json
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tasks.fetch.client import Client
from tasks.fetch.policy import FetchPolicy


def peak_mib() -> float:
    """Peak resident memory of this process. On Linux not ru_maxrss: that begins with what the parent had."""
    status = Path("/proc/self/status")
    if status.exists():
        return next(int(line.split()[1]) / 1024 for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def forget_peak() -> None:
    """Begin the peak anew where the system can (Linux, proc(5): clear_refs)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def main() -> None:
    client = Client(FetchPolicy(connect_to={"a.test": sys.argv[1]}, delay_s=0.0, deadline_s=2.0))
    client.get("http://a.test/ok")  # imports and connections are not the bombs'
    rows = []
    for path in ("bomb", "double-bomb", "endless", "drip"):
        gc.collect()
        forget_peak()
        before, began = peak_mib(), time.monotonic()
        fetched = client.get(f"http://a.test/{path}")
        rows.append((path, fetched.error, time.monotonic() - began, peak_mib() - before))
    print(json.dumps(rows))


if __name__ == "__main__":
    main()
