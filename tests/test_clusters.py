"""Story clusters on a real DuckDB: they do not depend on the order in which articles came, or came again."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.understand.signature import signature
from tests.test_syndication import edited, jaccard, story
from warehouse.clustering.clusters import SIGNATURES, unsigned_articles, update_clusters
from warehouse.connection import open_memory

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
RUN = "11111111-1111-1111-1111-111111111111"


def name(number: int) -> str:
    return str(uuid.UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % (1 << 128)))


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with open_memory() as connection:
        yield connection


def article(number: int, text: str | list[str], **changes: Any) -> dict[str, Any]:
    site = f"paper{number}.example"
    return {
        "article_id": name(number), "source": f"paper{number}", "url": f"https://{site}/a",
        "canonical_url": f"https://{site}/a",
        "domain": site, "headline": f"Story {number}", "text": text if isinstance(text, str) else " ".join(text),
        "first_seen": NOON + timedelta(minutes=number), "agency": None, "date_published": None,
        "date_published_precision": None,
    } | changes  # fmt: skip


def load(connection: duckdb.DuckDBPyConnection, *articles: dict[str, Any]) -> int:
    """What warehouse.loader does: the articles' rows, then their clusters, in one transaction."""
    connection.execute("begin")
    for row in articles:
        connection.execute("delete from articles where article_id = ?", [row["article_id"]])
        filled = row | {"version": 1, "content_hash": "h", "last_seen": NOON, "extractor": "x", "run_id": RUN}
        marks = ", ".join("?" for _ in filled)
        connection.execute(f"insert into articles ({', '.join(filled)}) values ({marks})", list(filled.values()))
    signed = [{"article_id": a["article_id"], "bands": list(signature(a["text"]).bands)} for a in articles]
    found = update_clusters(connection, pa.Table.from_pylist(signed, schema=SIGNATURES))
    connection.execute("commit")
    return found


def clusters(connection: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = connection.execute(
        "select cast(cluster_id as varchar), cast(article_id as varchar), round(similarity, 12), is_origin, first_seen "
        "from story_clusters order by all"
    ).fetchall()
    return found


def families(connection: duckdb.DuckDBPyConnection) -> set[frozenset[str]]:
    by_cluster: dict[str, set[str]] = {}
    for cluster_id, article_id, *_ in clusters(connection):
        by_cluster.setdefault(cluster_id, set()).add(article_id)
    return set(map(frozenset, by_cluster.values()))


def origin(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute("select cast(article_id as varchar) from story_clusters where is_origin").fetchall()
    assert len(found) == 1
    return str(found[0][0])


# -- clusters


def test_the_same_story_at_three_outlets_is_one_cluster_across_loads(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    assert load(warehouse, article(1, base), article(2, story(9))) == 0
    assert clusters(warehouse) == []
    load(warehouse, article(3, "MOSCOW (AP) — " + " ".join(base)))
    load(warehouse, article(4, edited(base, words_changed=2, seed=1)), article(5, story(8)))
    assert families(warehouse) == {frozenset(map(name, (1, 3, 4)))}
    rows = clusters(warehouse)
    assert {row[0] for row in rows} == {name(1)}
    assert {row[1]: row[2] for row in rows} == pytest.approx(
        {name(1): 1.0, name(3): 1.0, name(4): jaccard(base, edited(base, words_changed=2, seed=1))}
    )


def test_four_fifths_is_the_limit(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    near, far = edited(base, words_changed=4, seed=1), edited(base, words_changed=5, seed=2)
    assert jaccard(base, near) >= 0.8 > jaccard(base, far)
    load(warehouse, article(1, base), article(2, near), article(3, far))
    assert families(warehouse) == {frozenset(map(name, (1, 2)))}


def test_a_bridge_merges_two_clusters_and_the_older_name_stays(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    left, right = edited(base, words_changed=3, seed=1), edited(base, words_changed=3, seed=2)
    assert jaccard(left, right) < 0.8
    load(warehouse, article(1, right), article(2, right))
    load(warehouse, article(3, left), article(4, left))
    assert families(warehouse) == {frozenset(map(name, (1, 2))), frozenset(map(name, (3, 4)))}
    load(warehouse, article(5, base))
    assert families(warehouse) == {frozenset(map(name, range(1, 6)))}
    assert {row[0] for row in clusters(warehouse)} == {name(1)}
    assert sum(row[3] for row in clusters(warehouse)) == 1
    load(warehouse, article(5, story(99)))  # the bridge is rewritten
    assert families(warehouse) == {frozenset(map(name, (1, 2))), frozenset(map(name, (3, 4)))}


def test_loading_again_changes_nothing(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = [article(i, edited(story(i // 3), words_changed=2, seed=i)) for i in range(12)]
    load(warehouse, *rows)
    before = clusters(warehouse)
    assert len(families(warehouse)) == 4
    load(warehouse, *rows[:5])
    load(warehouse, *rows)
    assert clusters(warehouse) == before
    counted = "select count(*), count(distinct article_id) from internal.lsh_index"
    assert warehouse.execute(counted).fetchall() == [(12, 12)]


def test_a_revision_leaves_its_cluster_and_a_cluster_of_one_is_none(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    load(warehouse, article(1, base), article(2, base))
    load(warehouse, article(1, story(2)))
    assert clusters(warehouse) == []
    load(warehouse, article(1, base))
    assert families(warehouse) == {frozenset(map(name, (1, 2)))}
    load(warehouse, article(2, "Moved."))
    assert clusters(warehouse) == []


def test_rolling_back_leaves_clusters_as_they_were(warehouse: duckdb.DuckDBPyConnection) -> None:
    load(warehouse, article(1, story(1)), article(2, story(1)))
    before = clusters(warehouse)
    warehouse.execute("begin")
    signed = [{"article_id": name(2), "bands": []}]
    update_clusters(warehouse, pa.Table.from_pylist(signed, schema=SIGNATURES))
    assert clusters(warehouse) == []
    warehouse.execute("rollback")
    assert clusters(warehouse) == before


def test_articles_from_before_there_were_signatures_are_told(warehouse: duckdb.DuckDBPyConnection) -> None:
    load(warehouse, article(1, story(1)), article(2, "Too short."))
    warehouse.execute("delete from internal.lsh_index where article_id = ?", [name(1)])
    assert unsigned_articles(warehouse) == [(name(1), " ".join(story(1)))]


# -- origins


def test_the_origin_is_the_earliest_claim_with_agency_evidence(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    load(
        warehouse,
        article(1, base, date_published=NOON - timedelta(hours=5)),
        article(2, base, agency="AP", date_published=NOON - timedelta(hours=2)),
        article(3, base, agency="AP", date_published=NOON - timedelta(hours=1)),
    )
    assert origin(warehouse) == name(2)
    load(warehouse, article(4, base, domain="apnews.com", date_published=NOON - timedelta(hours=3)))
    assert origin(warehouse) == name(4)


def test_at_the_same_minute_the_agency_itself_is_the_origin(warehouse: duckdb.DuckDBPyConnection) -> None:
    base, when = story(1), NOON - timedelta(hours=2)
    load(warehouse, article(1, base, agency="AP", date_published=when))
    load(warehouse, article(2, base, domain="apnews.com", date_published=when))
    assert origin(warehouse) == name(2)


def test_a_day_without_a_time_is_no_earlier_than_a_time_of_that_day(warehouse: duckdb.DuckDBPyConnection) -> None:
    base, midnight = story(1), NOON.replace(hour=0)
    load(warehouse, article(1, base, agency="AP", date_published=midnight, date_published_precision="day"))
    load(warehouse, article(2, base, agency="AP", date_published=NOON, date_published_precision="instant"))
    assert origin(warehouse) == name(2)


@pytest.mark.parametrize("agency", [None, "AP"])
def test_without_claimed_agency_evidence_it_is_the_earliest_seen(
    warehouse: duckdb.DuckDBPyConnection, agency: str | None
) -> None:
    base = story(1)
    load(warehouse, article(2, base, date_published=NOON - timedelta(days=1)), article(1, base))
    load(warehouse, article(3, base, agency=agency))
    assert origin(warehouse) == name(1)


def test_views(warehouse: duckdb.DuckDBPyConnection) -> None:
    base = story(1)
    load(warehouse, article(1, base), article(2, base, domain="apnews.com", source="wire", date_published=NOON))
    shown = warehouse.execute("select source, agency, similarity, is_origin from syndicated order by source").fetchall()
    assert shown == [("paper1", None, 1.0, False), ("wire", "AP", 1.0, True)]
    assert warehouse.execute(
        "select articles, sources, domains, headline, origin_source, agency from cluster_sizes"
    ).fetchall() == [(2, 2, 2, "Story 2", "wire", "AP")]


# -- any order


def truth(texts: dict[int, list[str]]) -> set[frozenset[str]]:
    """Brute force: connected components over exact similarities."""
    together = {number: {number} for number in texts}
    for one, other in combinations(texts, 2):
        if jaccard(texts[one], texts[other]) >= 0.8 and together[one] is not together[other]:
            together[one] |= together[other]
            for number in together[other]:
                together[number] = together[one]
    return {frozenset(map(name, group)) for group in together.values() if len(group) > 1}


TEXTS = {
    family * 8 + member: edited(story(family, 120), words_changed=changed, seed=member)
    for family in range(4)
    for member, changed in enumerate((0, 1, 1, 2, 2, 3, 3, 4))
}


@pytest.fixture(scope="module")
def at_once() -> list[tuple[Any, ...]]:
    """The clusters of TEXTS, loaded in one package."""
    with open_memory() as connection:
        load(connection, *(article(number, text) for number, text in TEXTS.items()))
        assert families(connection) == truth(TEXTS)
        return clusters(connection)


@settings(max_examples=10, derandomize=True)
@given(st.permutations(sorted(TEXTS)), st.integers(2, 11), st.data())
def test_clusters_do_not_depend_on_the_order_of_loading(
    at_once: list[tuple[Any, ...]], order: list[int], size: int, data: st.DataObject
) -> None:
    with open_memory() as parts:
        for batch in (order[start : start + size] for start in range(0, len(order), size)):
            early = {n: data.draw(st.sampled_from((TEXTS[n ^ 1], TEXTS[n ^ 9], story(77)))) for n in batch[:2]}
            load(parts, *(article(n, early.get(n, TEXTS[n])) for n in batch))
            load(parts, *(article(n, TEXTS[n]) for n in early))  # revised to what it is in the other
        assert clusters(parts) == at_once
