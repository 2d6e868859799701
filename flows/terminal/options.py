"""Options that several commands share. Importing it must stay cheap, as for flows.cli.app."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Optional

import typer

Home = Annotated[
    Optional[Path],  # noqa: UP045 - Typer reads this at run time
    typer.Option(
        "--home", help="The owner's folder. Default: DATELINE_HOME, `home` of dateline.toml, or dateline-data."
    ),
]
Config = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--config", help="The configuration file. Default: dateline.toml in the working directory."),
]
Form = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--format",
        "-f",
        help="table, csv, json, jsonl, markdown or parquet. Default: as the file is called; else a table.",
    ),
]
Output = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--output", "-o", help="Write the result to this file."),
]
Timeout = Annotated[float, typer.Option("--timeout", help="Seconds a query may take.", min=0.1)]
