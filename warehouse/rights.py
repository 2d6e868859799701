"""Who may read what is published: mode, owner, group and access lists, as the owner once set them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def adopt(before: Path, made: Path) -> None:
    """Give a file or folder the rights of another one, as far as we may; those it has when the other is not there."""
    if not before.exists():
        return
    found, new = before.stat(), made.stat()
    if (found.st_uid, found.st_gid) != (new.st_uid, new.st_gid):
        with contextlib.suppress(OSError):
            os.chown(made, -1, found.st_gid)
        with contextlib.suppress(OSError):
            os.chown(made, found.st_uid, -1)
    with contextlib.suppress(OSError):
        made.chmod(found.st_mode & 0o7777)
    _copy_access_list(before, made)


def _copy_access_list(before: Path, made: Path) -> None:
    """POSIX access lists, which Linux keeps as an extended attribute; elsewhere there is nothing to do."""
    with contextlib.suppress(OSError, AttributeError):
        name = "system.posix_acl_access"
        os.setxattr(made, name, os.getxattr(before, name))
