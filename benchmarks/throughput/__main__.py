"""`python -m benchmarks.throughput`: see `measure`."""

import typer

from benchmarks.throughput.measure import main

typer.run(main)
