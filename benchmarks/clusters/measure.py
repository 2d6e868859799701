"""Story clusters on 10,000 synthetic articles with known families, and on an index of a million.

    python -m benchmarks.clusters [--articles 10000] [--million]

prints Markdown. The truth is computed without MinHash: every pair that shares a shingle, counted over an inverted index
of word tuples of the stories as they were before an outlet put its dateline and copyright line around them. Exit status
1 when recall or precision misses its mark. Half a minute; `--million` takes as long again and 400 MB of disk.
"""

import argparse
import random
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path
from uuid import UUID

import duckdb
import pyarrow as pa

from benchmarks.base.page import machine, write_section
from tasks.understand.signature import signature
from warehouse.clustering.clusters import SIGNATURES, update_clusters
from warehouse.clustering.compare import components
from warehouse.connection import open_writer

PACKAGE = 200
_HEAD = """## Story clusters

`python -m benchmarks.clusters --million --write`: synthetic articles whose families are known; the truth is computed
without MinHash.

"""
RECALL, PRECISION = 0.98, 0.99
_START = datetime(2026, 3, 2, tzinfo=UTC)
_FRAMES = (
    "{}", "{}", "MOSCOW (AP) — {}", "PARIS, 3 mai (AFP) - {}",
    "{}\n\nCopyright 2026 The Associated Press. All rights reserved.",
    "LONDON, March 2 – {}\n\nReporting by Ada Lumen; Editing by Bo Quill",
)  # fmt: skip
_INSERT = (
    "insert into articles (article_id, source, url, canonical_url, domain, text, version, content_hash, first_seen, "
    "last_seen, extractor, run_id)"
)
Story = list[list[str]]  # paragraphs of words


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Counts of pairs of articles that belong to one cluster, and seconds."""

    articles: int
    true_pairs: int
    found_pairs: int
    right_pairs: int
    true_clusters: int
    equal_clusters: int
    near_misses: int
    signing_s: float
    updating_s: float
    slowest_s: float

    @property
    def recall(self) -> float:
        return self.right_pairs / self.true_pairs

    @property
    def precision(self) -> float:
        return self.right_pairs / self.found_pairs


class Newsroom:
    """Writes stories and what outlets make of them."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        letters = "abcdefghijklmnoprstuvwz"
        self.vocabulary = ["".join(self.draw.choices(letters, k=self.draw.randint(2, 11))) for _ in range(20_000)]
        self.weights = [0.0]
        for rank in range(len(self.vocabulary)):  # Zipf, as words of a language are
            self.weights.append(self.weights[-1] + 1 / (rank + 3))
        del self.weights[0]

    def words(self, count: int) -> list[str]:
        return self.draw.choices(self.vocabulary, cum_weights=self.weights, k=count)

    def story(self) -> Story:
        return [self.words(self.draw.randint(20, 60)) for _ in range(self.draw.randint(3, 22))]

    def version(self, original: Story) -> Story:
        """An outlet's edit: words replaced (up to 8 %), a paragraph added, cut or moved, or the end left out."""
        paragraphs = [list(p) for p in original]
        rate = self.draw.choice((0, 0, 0.005, 0.01, 0.02, 0.03, 0.04, 0.08))
        paragraphs = [[self.words(1)[0] if self.draw.random() < rate else w for w in p] for p in paragraphs]
        change = self.draw.random()
        if change < 0.25:
            paragraphs.insert(self.draw.randint(0, len(paragraphs)), self.words(self.draw.randint(15, 50)))
        elif change < 0.4:
            del paragraphs[self.draw.randrange(len(paragraphs))]
        elif change < 0.5:
            paragraphs.append(paragraphs.pop(0))
        elif change < 0.6:
            paragraphs = paragraphs[: max(2, round(len(paragraphs) * self.draw.uniform(0.5, 0.95)))]
        return paragraphs

    def articles(self, count: int) -> list[Story]:
        """Half of them alone, half in families of 2 to 40; in random order."""
        stories: list[Story] = []
        while len(stories) < count:
            original = self.story()
            size = self.draw.choice((1, 1, 1, 1, 1, 1, 2, 2, 3, 5, 8, 40)) if len(stories) >= count // 2 else 1
            stories += [original, *(self.version(original) for _ in range(size - 1))]
        stories = stories[:count]
        self.draw.shuffle(stories)
        return stories

    def published(self, story: Story) -> str:
        body = "\n\n".join(" ".join(p).capitalize() + "." for p in story)
        return self.draw.choice(_FRAMES).format(body)


def truth(stories: Sequence[Story]) -> tuple[dict[int, int], int]:
    """Component of every story that has a near-duplicate, and how many pairs are alike by 0.5 to 0.8."""
    flat = [[word for paragraph in story for word in paragraph] for story in stories]
    sets = [{tuple(words[i : i + 5]) for i in range(len(words) - 4)} for words in flat]
    holders: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for number, found in enumerate(sets):
        for shingle in found:
            holders[shingle].append(number)
    common = Counter(pair for held in holders.values() for pair in combinations(held, 2))
    union = {(a, b): len(sets[a]) + len(sets[b]) - n for (a, b), n in common.items()}
    alike = [pair for pair, n in common.items() if 5 * n >= 4 * union[pair]]
    half = [pair for pair, n in common.items() if 2 * n >= union[pair]]
    return components(alike), len(half) - len(alike)


def measure(connection: duckdb.DuckDBPyConnection, count: int) -> Result:
    """Sign and load `count` articles in packages, and compare with the truth."""
    newsroom = Newsroom(4)
    stories = newsroom.articles(count)
    texts = [newsroom.published(story) for story in stories]
    start = time.perf_counter()
    bands = [list(signature(text).bands) for text in texts]
    signing = time.perf_counter() - start
    took = [load(connection, first, texts[first : first + PACKAGE], bands) for first in range(0, count, PACKAGE)]
    rows = connection.execute("select cluster_id, article_id from story_clusters").fetchall()
    found = {article.int >> 64: cluster.int >> 64 for cluster, article in rows}
    expected, near_misses = truth(stories)
    ours, theirs = set(groups(found)), set(groups(expected))
    return Result(
        articles=count,
        true_pairs=len(pairs(theirs)),
        found_pairs=len(pairs(ours)),
        right_pairs=len(pairs(theirs) & pairs(ours)),
        true_clusters=len(theirs),
        equal_clusters=len(theirs & ours),
        near_misses=near_misses,
        signing_s=signing,
        updating_s=sum(took),
        slowest_s=max(took),
    )


def load(connection: duckdb.DuckDBPyConnection, first: int, texts: list[str], bands: list[list[int]]) -> float:
    """One package in one transaction; the seconds that its clusters took."""
    ids = [str(UUID(int=(first + place) << 64)) for place in range(len(texts))]
    seen = [_START + timedelta(seconds=first + place) for place in range(len(texts))]
    arriving = pa.table({"article_id": ids, "text": texts, "first_seen": seen})
    connection.register("arriving", arriving)
    connection.execute("begin")
    connection.execute(
        f"{_INSERT} select cast(article_id as uuid), 's', 'u', 'u', 'd', text, 1, 'h', first_seen, first_seen, 'x', "
        "uuid() from arriving"
    )
    signed = pa.table([ids, bands[first : first + PACKAGE]], schema=SIGNATURES)
    start = time.perf_counter()
    update_clusters(connection, signed)
    took = time.perf_counter() - start
    connection.execute("commit")
    connection.unregister("arriving")
    return took


def groups(labels: dict[int, int]) -> Iterator[frozenset[int]]:
    """Members by label."""
    members: dict[int, set[int]] = defaultdict(set)
    for number, label in labels.items():
        members[label].add(number)
    return map(frozenset, members.values())


def pairs(families: set[frozenset[int]]) -> set[tuple[int, int]]:
    """Every two members of every family."""
    return {pair for family in families for pair in combinations(sorted(family), 2)}


def fill(connection: duckdb.DuckDBPyConnection, count: int) -> None:
    """An index of `count` unrelated articles; their texts are short, because none of them is read."""
    bands = ", ".join(f"cast(hash(i * 24 + {place}) % 4294967296 as uinteger)" for place in range(24))
    connection.execute(
        f"{_INSERT} select cast(md5(cast(i as varchar)) as uuid), 's', 'u', 'u', 'd', 'Text.', 1, 'h', now(), now(), "
        f"'x', uuid() from range({count}) as t(i)"
    )
    connection.execute(
        "insert into internal.lsh_index "
        f"select cast(md5(cast(i as varchar)) as uuid), [{bands}] from range({count}) as t(i)"
    )
    connection.execute("checkpoint")


def index_bytes(connection: duckdb.DuckDBPyConnection) -> int:
    """Bytes of the blocks that hold the index."""
    row = connection.execute(
        "select count(distinct block_id) * 262144 from pragma_storage_info('internal.lsh_index') where block_id >= 0"
    ).fetchone()
    return int(row[0]) if row else 0


def section(result: Result) -> str:
    """The measured table."""
    return "\n".join([
        "| what | mark | measured |",
        "|---|---|---|",
        f"| recall of {result.true_pairs} pairs among {result.articles} articles | ≥ {RECALL} | {result.recall:.4f} |",
        f"| precision of pairs | ≥ {PRECISION} | {result.precision:.4f} |",
        f"| pairs of one family below 0.8 (0.5 to 0.8), linked only through others | | {result.near_misses} |",
        f"| clusters exactly right | | {result.equal_clusters} of {result.true_clusters} |",
        f"| signatures, one process | | {result.articles / result.signing_s:.0f} pages/s |",
        f"| clusters in packages of {PACKAGE} | | {result.articles / result.updating_s:.0f} pages/s, slowest package "
        f"{result.slowest_s:.2f} s |",
        f"| both | | {result.articles / (result.signing_s + result.updating_s):.0f} pages/s |",
    ])  # fmt: skip


def main(arguments: list[str] | None = None) -> int:
    """Measures and prints; the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--write", action="store_true", help="write the section of docs/benchmarks.md")
    parser.add_argument("--million", action="store_true", help="also against an index of a million articles")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        with open_writer(Path(folder) / "known.duckdb") as connection:
            result = measure(connection, options.articles)
        lines = section(result)
        if options.million:
            with open_writer(Path(folder) / "million.duckdb") as connection:
                fill(connection, 1_000_000)
                size, large = index_bytes(connection), measure(connection, 2_000)
            lines += (
                f"\n| the same on top of 1,000,000 articles | | {large.updating_s / 10:.2f} s a package, slowest "
                f"{large.slowest_s:.2f} s |\n| the index of 1,000,000 articles | | {size / 1e6:.0f} MB |"
            )
    print(lines)
    if options.write:
        write_section("clusters", _HEAD + machine("duckdb", "numpy", "pyarrow") + "\n\n" + lines)
    return 0 if result.recall >= RECALL and result.precision >= PRECISION else 1
