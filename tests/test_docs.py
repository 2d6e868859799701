"""What the documentation says of the project is so: rooms, names, files, numbers."""

import ast
import re

import pytest

from docs import architecture
from expectations.suites import SUITES
from flows.base.source import Source
from flows.reading.queries import queries
from tasks.extract.selectors import MAX_CHARS, MAX_SELECTORS, MAX_STEPS
from tests.rooms import ROOMS, ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
ARCHITECTURE = architecture.PAGE.read_text(encoding="utf-8")
NUMBERS = "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905


def test_the_rooms_are_listed_as_they_are() -> None:
    assert architecture.page() == ARCHITECTURE, "run python -m docs.architecture"
    listed = re.findall(r"^ *(\w+)/ +[^ ]", architecture.rooms(), re.MULTILINE)
    assert sorted(listed) == sorted(room.name for room in ROOMS)


FOLLOWED = re.findall(r"`([\w/]+\.py): (\w+)`", ARCHITECTURE + CONTRIBUTING)


def test_one_article_is_followed_from_the_feed_to_the_reader() -> None:
    steps = re.findall(r"^(\d+)\. `([\w/]+)/\w+\.py", ARCHITECTURE, re.MULTILINE)
    assert [int(number) for number, _ in steps] == list(range(1, len(steps) + 1))
    stages = [f"tasks/{name}" for name in ("discover", "fetch", "archive", "extract", "decide", "understand", "load")]
    met = list(dict.fromkeys(room for _, room in steps if room in stages))
    assert met == ["tasks/discover", "tasks/decide", "tasks/fetch", "tasks/archive", "tasks/extract",
                   "tasks/understand", "tasks/load"]  # fmt: skip


@pytest.mark.parametrize(("file", "name"), FOLLOWED)
def test_every_function_that_is_named_exists(file: str, name: str) -> None:
    found: set[str] = set()
    for node in ast.parse((ROOT / file).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    assert name in found


def test_every_file_that_is_named_exists() -> None:
    named = set(re.findall(r"`((?:[\w.]+/)+[\w.]*)`", CONTRIBUTING)) | set(
        re.findall(r"\]\(((?!http)[\w./-]+)\)", README + CONTRIBUTING)
    )
    named = {each for each in named if not re.search(r"NAME|KIND|NNNN", each)}
    assert len(named) > 20
    assert [each for each in sorted(named) if not (ROOT / each).exists()] == []
    linked = re.findall(r"\]\(((?!http)[\w./-]+)\)", ARCHITECTURE)
    assert [each for each in linked if not (ROOT / "docs" / each).exists()] == []


def test_every_key_of_a_source_is_documented() -> None:
    page = (ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(Source.model_fields)
    for bound in (MAX_SELECTORS, MAX_CHARS, MAX_STEPS):
        assert re.search(rf"\b{bound}\b", page)


def test_counts_are_those_of_today() -> None:
    assert re.findall(r"# (\d+) questions", README) == [str(len(queries()))]
    (title,) = re.findall(r"^## Ask it: (\w+) queries$", README, re.MULTILINE)
    section = README.partition(f"## Ask it: {title} queries")[2].partition("\n### ")[0]
    assert section.count("```sql") == NUMBERS.index(title)
    quality = (ROOT / "docs" / "quality.md").read_text(encoding="utf-8")
    said = re.findall(r"by the (\d+) expectations of the suite of articles", quality)
    assert said == [str(len(SUITES["articles"]))]
    rows = [line for line in quality.splitlines() if re.match(r"\| `\w+` \| (critical|warning) \|", line)]
    assert len(rows) == sum(map(len, SUITES.values()))
