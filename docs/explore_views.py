"""Screenshots of `dateline explore`: a search, an article and its correction, a story, a source; dark and phone.

`python -m docs.screenshots` calls `take_explore`; alone, of a home that is there:

python -m docs.explore_views HOME [FOLDER]
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from flows.base.settings import load
from flows.commands.explore import explorer_of
from flows.explore.serving import address, guarded, listening, server
from flows.reading.sql import Reader

_CORRECTED = "select article_id from article_versions where change_kind = 'correction' order by article_id limit 1"
_BIGGEST = "select cluster_id from cluster_sizes order by sources desc, articles desc, cluster_id limit 1"


def take_explore(page: Page, origin: str, home: Path, folder: Path) -> Iterator[Path]:
    """Each view, once it shows what it is for; the page has the owner's cookie."""
    reader = Reader(home / "dateline.duckdb", timeout_s=60)
    ((article,),), ((story,),) = reader.query(_CORRECTED).rows, reader.query(_BIGGEST).rows
    reader.close()
    views = (
        ("search", "/search?q=ferry+OR+bridge", "Attention", "light", 1280),
        ("article", f"/article/{article}", "Quotations", "light", 1280),
        ("changes", f"/article/{article}/changes", "Version 2", "dark", 1280),
        ("story", f"/story/{story}", "origin", "dark", 1280),
        ("source", "/source?name=kvrn", "Last polls", "light", 1280),
        ("phone", f"/article/{article}/changes", "Version 2", "dark", 390),
    )
    for name, path, text, scheme, width in views:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]  # light or dark
        page.set_viewport_size({"width": width, "height": 820})
        page.goto(origin + path)
        page.get_by_text(text).first.wait_for(timeout=60_000)
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"explore-{name}.png")
        yield folder / f"explore-{name}.png"


def main() -> None:
    """Serve the pages of a home, and look at them."""
    home, folder = Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "docs/images")
    explorer = explorer_of(partial(load, None, home))
    with listening(0) as heard, sync_playwright() as playwright:
        port = heard.getsockname()[1]
        running = server(guarded(explorer, port=port))
        threading.Thread(target=running.run, kwargs={"sockets": [heard]}, daemon=True).start()
        while not running.started:
            time.sleep(0.1)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(locale="en-GB")
        page.set_default_timeout(90_000)
        page.goto(address(explorer.snapshots.home, port))
        for path in take_explore(page, f"http://127.0.0.1:{port}", home, folder):
            print(path)
        browser.close()
        running.should_exit = True


if __name__ == "__main__":
    main()
