"""Characters that XML cannot hold, as Word, InDesign and PDF leave them on pages: read, and not kept."""

from datetime import UTC, datetime

import pytest

from tasks.extract.page import read_page
from warehouse.records import Hints, Page

PARTS = [
    f"The ferry of harbour {n} sailed on Tuesday after {n + 40} residents had asked for it in letters."
    for n in range(9)
]


@pytest.mark.parametrize("in_text", ["\x01", "\x0b", "\x0c", "\x1f", "\ufffe", "&#11;", "&#xB;", "&#12;", "&#xFFFF;"])
@pytest.mark.parametrize("in_menu", ["", "\x08", "\x0c", "\ufffe", "\uffff", "&#8;"])
def test_the_page_is_read_without_them(in_text: str, in_menu: str) -> None:
    inner = "".join(f"<p>{part}{in_text}</p>" for part in PARTS)
    html = (
        f'<html><body><p title="x{in_menu}">Menu{in_menu}</p><article><h1>Ferries</h1>{inner}</article></body></html>'
    )
    page = read_page(html, url="https://coast.example/a", hints=Hints(fetched_at=datetime(2026, 11, 29, tzinfo=UTC)))
    assert isinstance(page, Page)
    assert page.text.count("residents") == 9
    assert not set(page.text) & set("\x01\x08\x0b\x0c\x1f\ufffe\uffff")
