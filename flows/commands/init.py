"""`dateline init`: the files that a person begins with."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from flows.base.errors import EdgeError
from flows.terminal.show import console


def init_command(path: Path | None, *, prefect: bool) -> None:
    """Write dateline.toml, or prefect.yaml.

    Raises:
        EdgeError: the file is there already.
        OSError: it cannot be written.
    """
    name = "prefect.yaml" if prefect else "dateline.toml"
    path = path or Path(name)
    written = resources.files("flows.commands").joinpath("prefect.yaml" if prefect else "example.toml")
    text = written.read_text(encoding="utf-8")
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise EdgeError(f"will not overwrite {path}; remove it first, or name another file") from None
    if prefect:
        console.print(f"wrote {path}. Next: prefect work-pool create --type process dateline; prefect deploy --all")
    else:
        console.print(f"wrote {path}. Set user_agent in it, choose your sources, then: dateline ingest")
