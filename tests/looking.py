"""What is wrong with the look of a static page, by a real browser (Debian's chromium)."""

import shutil
from pathlib import Path
from typing import Any

import pytest


def troubles(file: Path, *, width: int, scheme: str) -> list[Any]:
    """A page that scrolls sideways, text too faint to read (WCAG 2: contrast below 4.5 to 1), requests elsewhere.

    Args:
        file: the page.
        width: of the window, in CSS pixels.
        scheme: light or dark.
    """
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs a Chromium on the PATH")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    asked: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        wide = page.evaluate("document.documentElement.scrollWidth")
        found = [f"{wide} pixels wide"] if wide > width else []
        found += page.evaluate(_FAINT)
        browser.close()
    return found + [url for url in asked if url != file.as_uri()]


# Text whose colour is too near to what is behind it.
_FAINT = """() => {
    const rgb = text => (text.match(/[\\d.]+/g) || []).map(Number);
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const behind = node => {
        for (; node; node = node.parentElement) {
            const found = rgb(getComputedStyle(node).backgroundColor);
            if (found.length === 3 || found[3] > 0.5) return found;
        }
        return [255, 255, 255];
    };
    const faint = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const node = walker.currentNode.parentElement;
        if (!walker.currentNode.data.trim() || ['STYLE', 'SCRIPT'].includes(node.tagName)) continue;
        const inSvg = node.closest('svg') !== null;
        const colour = rgb(getComputedStyle(node)[inSvg ? 'fill' : 'color']);
        const [high, low] = [light(colour), light(behind(node))].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < 4.5) faint.push([walker.currentNode.data.trim().slice(0, 40), colour.join()]);
    }
    return faint;
}"""
