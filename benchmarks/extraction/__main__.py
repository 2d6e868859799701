"""`python -m benchmarks.extraction`: see `measure`."""

import typer

from benchmarks.extraction.measure import main

typer.run(main)
