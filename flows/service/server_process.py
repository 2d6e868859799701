"""A Prefect server that ends with the process that started it. Run as `… server_process PORT [ORIGIN…]`.

Prefect's own ephemeral server is started only when the first flow asks for it, prints to the terminal, and stays behind
when its parent is killed. This one is started first of all, while everything else is still being imported, writes to a
log file, and watches the pipe that its parent holds: a killed parent closes it.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from flows.service.request_guard import RequestGuard


def main() -> None:
    """Serve on 127.0.0.1 until standard input closes; the arguments are the port, and where else the UI is opened."""
    os.umask(0o077)  # the database has the secrets of blocks
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import prefect
    import uvicorn
    from alembic.config import Config
    from prefect.server.api.server import create_app

    import flows.service.email_block  # noqa: F401 - so that this server can send with it

    # Prefect's alembic.ini has the working directory put first on the path, which is the owner's.
    Config.get_prepend_sys_paths_list = lambda _: None  # type: ignore[assignment,method-assign]
    # The menu of Prefect's interface offers its next version, which asks another host (amplitude) for its settings.
    vars(prefect)["__ui_v2_static_path__"] = Path("not-served")
    port, *origins = sys.argv[1:]
    auth = os.environ["PREFECT_SERVER_API_AUTH_STRING"]
    app = RequestGuard(create_app(final=True), auth=auth, port=int(port), origins=origins)
    uvicorn.run(app, host="127.0.0.1", port=int(port), log_level="error", lifespan="on")


def _end_with_parent() -> None:
    while os.read(0, 1024):
        pass
    os._exit(0)


if __name__ == "__main__":
    main()
