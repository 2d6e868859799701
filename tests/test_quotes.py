"""Quotations on pages with every one of them marked by hand; offsets of any text; time on texts made to be slow."""

from __future__ import annotations

import re
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.understand.quotes import find_quotes
from tasks.understand.understand import understand
from warehouse.records import Quote

DATA = Path(__file__).parent / "quotes"
MARKED = re.compile(r"\{([^{}]*?): ([^{}]*)\}")
ATTRIBUTION = tuple[str | None, str | None]


@dataclass(frozen=True)
class Golden:
    name: str
    language: str
    text: str
    quotes: dict[tuple[int, int], ATTRIBUTION]
    others: int  # stretches between marks that are no quotations


def read(path: Path) -> Iterator[Golden]:
    for page in tomllib.loads(path.read_text(encoding="utf-8"))["page"]:
        text, last, others = "", 0, 0
        quotes: dict[tuple[int, int], ATTRIBUTION] = {}
        for mark in MARKED.finditer(page["text"]):
            text += page["text"][last : mark.start()]
            last = mark.end()
            if mark[1] == "-":
                others += 1
            else:
                speaker, verb = (None if part == "?" else part for part in mark[1].split("|"))
                quotes[len(text), len(text) + len(mark[2])] = speaker, verb
            text += mark[2]
        yield Golden(page["name"], page.get("language", "en"), text + page["text"][last:], quotes, others)


@dataclass
class Score:
    found: int = 0
    wanted: int = 0
    right: int = 0
    speakers: int = 0
    wrong_speakers: int = 0
    verbs: int = 0
    others: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, field) + getattr(other, field) for field in self.__dataclass_fields__))

    @property
    def precision(self) -> float:
        return self.right / self.found

    @property
    def recall(self) -> float:
        return self.right / self.wanted

    def __str__(self) -> str:
        return (
            f"{self.wanted} quotations, {self.others} others: "
            f"precision {self.precision:.3f}, recall {self.recall:.3f}; "
            f"speaker right {self.speakers / self.right:.3f}, wrong {self.wrong_speakers / self.right:.3f}, "
            f"verb right {self.verbs / self.right:.3f}"
        )


def score(golden: Golden) -> Score:
    found = {(q.char_start, q.char_end): q for q in find_quotes(golden.text, golden.language)}
    pairs: list[tuple[Quote, ATTRIBUTION]]
    pairs = [(q, golden.quotes[key]) for key, q in found.items() if key in golden.quotes]
    return Score(
        found=len(found),
        wanted=len(golden.quotes),
        right=len(pairs),
        speakers=sum(q.speaker == want[0] for q, want in pairs),
        wrong_speakers=sum(q.speaker not in {None, want[0]} for q, want in pairs),
        verbs=sum(q.verb == want[1] for q, want in pairs),
        others=golden.others,
    )


@pytest.mark.parametrize("name", ["tuned", "heldout", "foreign"])
def test_marks_on_golden_pages(name: str) -> None:
    total = sum((score(golden) for golden in read(DATA / f"{name}.toml")), Score())
    print(f"{name}: {total}")
    assert total.precision >= 0.97
    assert total.recall >= 0.85
    assert total.speakers / total.right >= 0.9
    assert total.wrong_speakers / total.right <= 0.05
    assert total.verbs / total.right >= 0.9


def test_there_are_enough_golden_quotations() -> None:
    total = sum((score(golden) for name in ("tuned", "heldout") for golden in read(DATA / f"{name}.toml")), Score())
    print(f"English: {total}")
    assert total.wanted >= 60
    assert total.others >= 40


CASES = [
    ("“We will,” Ann Hale said, “and soon.”", [("We will,", "Ann Hale", "said"), ("and soon.", "Ann Hale", "said")]),
    ("According to Ann Hale, “it never rains”.", [("it never rains", "Ann Hale", "according to")]),
    ("Mayor Ann Hale spoke. “It rains,” the mayor said.", [("It rains,", "Ann Hale", "said")]),
    ("“It rains,” a resident of Velden said.", [("It rains,", None, "said")]),
    ("Ben Ray met Tim Orr in Velden. “It rains,” he said.", [("It rains,", "Ben Ray", "said")]),
    ("Bo Ray met Tim Orr in Velden. “It rains,” he said.", [("It rains,", None, "said")]),
    ("Kit Ray and Lin Orr were there. “It rains,” she said.", [("It rains,", None, "said")]),
    ("Ben Ray met Ann Hale in Velden. “It rains,” she said.", [("It rains,", "Ann Hale", "said")]),
    ("Hale said the ‘reset’ of “the winter deal” failed.", []),
    ('The 6" pipe and the 5\'10" man, "The Snake," met in "A Night to Remember."', []),
    ("The Hale campaign said: “It rains, and we like it.”", [("It rains, and we like it.", None, "said")]),
    ("“It rains,” Ann Hale said.\n\n“It pours.", [("It rains,", "Ann Hale", "said")]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[case[0][:40] for case in CASES])
def test_cases(text: str, expected: list[tuple[str, str | None, str | None]]) -> None:
    assert [(q.quote, q.speaker, q.verb) for q in find_quotes(text)] == expected


def test_paragraphs_of_one_quotation_share_the_speaker_that_the_last_one_names() -> None:
    text = "“We waited long.\n\n“We waited longer.\n\n“Then we went home,” said Ann Hale, 40."
    assert [(q.position, q.speaker, q.verb) for q in find_quotes(text)] == [(n, "Ann Hale", "said") for n in range(3)]


def test_unknown_languages_yield_nothing() -> None:
    assert find_quotes("“It rains,” said Ann Hale.", "ja") == ()


MARKS = ["“", "”", '"', "‘", "’", "'", "«", "»", "„", "?", "!", "—", ", ", ". ", ": ", " ", "\n", "\n\n"]
WORDS = ["said ", "he ", "Ann Hale ", "Hale ", "according to ", "Mr. ", "the mayor ", "called it ", "It rains today"]
PIECES = st.sampled_from([*MARKS, *WORDS, "in Velden, Ohio", "👩‍👩‍👧", "e\u0301", "🇩🇪"])
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS, st.sampled_from([None, "en", "de", "fr", "pt-BR"]))
def test_offsets_of_any_text(text: str, language: str | None) -> None:
    result = understand(text, language)
    assert [q.position for q in result.quotes] == list(range(len(result.quotes)))
    assert all(text[q.char_start : q.char_end] == q.quote and q.quote for q in result.quotes)
    ends = [0, *(q.char_end for q in result.quotes)]
    assert all(end <= q.char_start for end, q in zip(ends, result.quotes, strict=False))
    assert all(0 <= m.char_start < m.char_end <= len(text) and m.name for m in result.mentions)


def test_duckdb_counts_as_python_does() -> None:
    text = "👩‍👩‍👧 cafe\u0301 🇩🇪\n\n“Na\u0308chster Halt 👍🏽 Velden,” said Ann Hale."
    (quote,) = find_quotes(text)
    query = "select substr($text, $start + 1, $end - $start)"
    arguments = {"text": text, "start": quote.char_start, "end": quote.char_end}
    assert duckdb.connect().execute(query, arguments).fetchone() == (quote.quote,)


UNITS = [
    "“",
    '"',
    "‘",
    "'",
    "«",
    "„",
    " “a",
    ' "a',
    " ‘a",
    "\n“a",
    " ‘as’ b",
    "X.” ",
    "he said, ",
    "Ann Hale, ",
    "Mr. ",
    "A ",
]
UNITS += [
    "“It rains,” he said, ",
    "Ann Hale said it was “so so bad”, ",
    "Bank of the ",
    "“a b c d” said ",
    "according to ",
]


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_only(unit: str) -> None:
    shorter, longer = (_best_of(unit * (size // len(unit))) for size in (25_000, 100_000))
    assert longer < 3  # quiet machine: 0.5 s at most
    assert longer < 12 * max(shorter, 0.01)  # 4 when linear, 16 when quadratic


def _best_of(text: str) -> float:
    times = []
    for _ in range(2):
        start = time.perf_counter()
        understand(text, "en")
        times.append(time.perf_counter() - start)
    return min(times)


def test_workers_import_little() -> None:
    code = "import sys, tasks.understand.understand; print(*{m.split('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"prefect", "great_expectations", "pandas", "duckdb", "spacy", "trafilatura", "lxml", "pydantic"}
    assert not heavy & set(loaded)


@pytest.mark.parametrize(
    ("text", "language", "wanted"),
    [
        ("“The pier is safe,” said a spokesman for the ministry on Monday.", "en", "a spokesman for the ministry"),
        ("“We have patched this wall for thirty years,” officials said.", "en", "officials"),
        ("A spokeswoman for Skylark Airways said: “We are sorry.”", "en", "a spokeswoman for Skylark Airways"),
        ("„Wir haben alles gesehen“, sagte ein Sprecher der Polizei.", "de", "ein Sprecher der Polizei"),
        ("« Le pont restera fermé », a déclaré une porte-parole de la mairie.", "fr", "une porte-parole de la mairie"),
        ("“We saw it burn all night long,” she said.", "en", None),
        ("“We saw it burn all night long,” said Ana Reyes, the mayor of Pell.", "en", None),
    ],
)
def test_a_speaker_whom_nobody_names_is_described(text: str, language: str, wanted: str | None) -> None:
    assert [quote.speaker_description for quote in find_quotes(text, language)] == [wanted]
