"""A pool whose workers meet a page that is slow, or that kills them: a program, since its workers are forked from it.

    python -m tests.bad_readers JOBS < a pickled list of ReadJob > a line of JSON: [number, rule] of each refused page

A page whose address ends in "slow" takes a minute, one that ends in "dying" ends its worker.
"""

import json
import multiprocessing
import os
import pickle
import sys
import time

from tasks.extract import job as worker
from tasks.extract import pool
from tasks.extract.job import ReadJob
from warehouse.records import Page, UnreadablePage

SLOW, DYING = "slow", "dying"
read_well = worker.read_capture


def read_badly(job: ReadJob) -> Page | UnreadablePage:
    """As a reader does, except for the two."""
    if job.url.endswith(SLOW):
        time.sleep(60)
    if job.url.endswith(DYING):
        os._exit(7)
    return read_well(job)


def main() -> int:
    """Read what standard input has."""
    worker.read_capture = read_badly
    pool._context = lambda: multiprocessing.get_context("fork")
    with pool.ExtractPool(1, page_timeout_s=3) as readers:
        found = readers.collect(readers.submit(pickle.load(sys.stdin.buffer)))  # noqa: S301 - of the test
    print(json.dumps([(n, page.rule) for n, page in enumerate(found) if isinstance(page, UnreadablePage)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
