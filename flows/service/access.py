"""Who may ask the Prefect server of a home: whoever can read the file that holds its password.

Prefect's own setting does the work (`server.api.auth_string`); here is where the password comes from. One that the
owner has set, in the environment or in Prefect's own files, is used as it is.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode

from filelock import FileLock

from flows.service.owner_settings import owner_said
from warehouse.home import Home

USER = "dateline"
_OTHERS = 0o077  # bits of a mode that let somebody else in


def auth_string(home: Home) -> str:
    """The password of this home's server as Prefect takes it, `dateline:…`; made when there is none.

    Raises:
        OSError: the file cannot be read or written.
    """
    said = owner_said("server.api.auth_string")
    if said is not None:
        return str(said.get_secret_value())
    path = password_file(home)
    with FileLock(path.with_suffix(".lock")):
        return _read(path) or _make(path)


def password_file(home: Home) -> Path:
    """Where the password stands that nobody has chosen."""
    return home.state / "control-room.password"


def secret_of(auth: str) -> str:
    """What stands after the name in `name:secret`; all of it where there is no name."""
    name, colon, secret = auth.partition(":")
    return secret if colon and name == USER else auth


def with_token(url: str, home: Home) -> str:
    """The address that opens the control room in the owner's browser.

    A password of the owner's own choosing is shown nowhere: Prefect's page asks for it.

    Args:
        url: of the UI of a server of ours.
        home: whose server it is.
    """
    if owner_said("server.api.auth_string") is not None:
        return url
    return f"{url}/?{urlencode({'token': secret_of(auth_string(home))})}"


def _read(path: Path) -> str | None:
    """The password, unless somebody else could have read it: then it is no password any more."""
    with suppress(FileNotFoundError):
        found = path.read_text(encoding="ascii").strip()
        if found and not path.stat().st_mode & _OTHERS:
            return found
    return None


def _make(path: Path) -> str:
    made = f"{USER}:{secrets.token_urlsafe(32)}"
    path.unlink(missing_ok=True)
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "w", encoding="ascii") as out:
        out.write(made + "\n")
    return made
