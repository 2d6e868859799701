"""An owner as tests need one: the program as installed, an environment without settings, a folder full of names."""

import os
import sys
from pathlib import Path

PROGRAM = str(Path(sys.executable).with_name("dateline"))
_PACKAGES = "dateline flows tasks expectations warehouse newsroom prefect duckdb lxml alembic trafilatura"
_MODULES = "json csv calendar difflib typing random statistics uuid select brotli"


def environment(**more: str) -> dict[str, str]:
    """The environment of somebody who has set nothing for Dateline, Prefect or Python; `more` besides."""
    found = {k: v for k, v in os.environ.items() if not k.startswith(("PREFECT", "DATELINE", "PYTHON"))}
    return found | {"COLUMNS": "200"} | more


def plant(folder: Path) -> Path:
    """Packages and modules of the names that Dateline, its libraries and Python use; when one of them is imported, it
    writes its name to the file that is returned."""
    folder.mkdir(parents=True, exist_ok=True)
    told = folder / "imported.txt"
    code = f"open({str(told)!r}, 'a').write(__name__ + ' ')\nraise ImportError('the other ' + __name__)\n"
    for name in _PACKAGES.split():
        (folder / name).mkdir()
        (folder / name / "__init__.py").write_text(code)
    for name in _MODULES.split():
        (folder / f"{name}.py").write_text(code)
    return told
