"""The whole pipe on the embedded newsroom: a real HTTP server, a real Prefect server, GX itself, real DuckDB files."""

import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from expectations import articles, requests
from expectations import warehouse_rules as kept
from flows.base.settings import load
from flows.commands.verify import verify
from tasks.archive.reading import read_body
from tests.conftest import ORPHANS, UNBALANCED, Done, Run, copied, rows, second_edition


def test_every_ledger_balances_and_every_grain_is_kept(done: Done) -> None:
    assert rows(done.warehouse, UNBALANCED) == []
    assert rows(done.warehouse, ORPHANS) == []
    assert rows(done.warehouse, "select state from runs order by started_at") == [("completed_with_alarms",)] * 3


def test_the_first_edition_comes_to_exactly_this(done: Done) -> None:
    """A primer: a change of behaviour shows as a change of counts."""
    assert {k: v for k, v in done.first.totals.items() if v} == {
        "discovered": 129,
        "loaded": 118,
        "duplicate": 3,
        "rejected": 4,
        "skipped": 2,
        "failed": 2,
    }
    assert {(reason, source) for reason, source, _ in done.first.rejected} == {
        ("consent_wall", "closed-circle"),
        ("bot_wall", "the-junction"),
    }
    assert {(reason, source) for reason, source, _ in done.first.failures} == {
        ("http_404", "harbor-ledger"),
        ("truncated", "nordhafener-tagblatt"),
    }


def test_a_second_run_with_nothing_new_downloads_no_article_and_reads_no_page(done: Done) -> None:
    run_id = done.again.run_id
    articles = {url for (url,) in rows(done.warehouse, "select url from articles")}
    assert not [r for r in done.again_requests if r.status == 200 and f"http://{r.host}{r.path}" in articles]
    assert rows(done.warehouse, f"select count(*) from captures where run_id = '{run_id}'") == [(0,)]
    assert done.again.totals["loaded"] == done.again.totals["revised"] == 0


def test_the_second_edition_shows_new_revised_unchanged_and_failed(done: Done) -> None:
    assert {k: v for k, v in done.second.totals.items() if v and k != "duplicate"} == {
        "discovered": 67,
        "loaded": 12,
        "revised": 20,
        "unchanged": 30,
        "failed": 3,
    }
    kinds = dict(rows(done.warehouse, "select change_kind, count(*) from revisions group by 1"))
    assert set(kinds) == {"headline", "lede", "body", "correction"}
    removed = rows(
        done.warehouse, "select source, reason from outcomes where reason = 'http_404' and source like 'mer%'"
    )
    assert removed == [("meridian-post", "http_404")]


def test_what_was_expected_of_each_page_of_the_first_edition(done: Done) -> None:
    found = dict(rows(done.warehouse, f"select url, outcome from outcomes where run_id = '{done.first.run_id}'"))
    expected = {
        t["url"]: t["expected"][1] for t in done.newsroom.truth() if t["expected"][1] and t["case"] != "variant"
    }
    assert len(expected) > 120
    assert expected.keys() <= found.keys()
    wrong = {url: (outcome, found[url]) for url, outcome in expected.items() if found[url] != outcome}
    # Which of two forms of an address is asked for first is the feed's order; one of them is loaded (the primer).
    assert set(wrong.values()) <= {("duplicate", "loaded")}
    assert len(wrong) <= 2


def test_articles_name_their_capture_and_it_is_in_the_archive_to_the_byte(done: Done) -> None:
    captures = rows(
        done.warehouse,
        "select warc_file, warc_offset, warc_length, digest, body_bytes from captures join articles using (capture_id)",
    )
    assert len(captures) == 130
    for file, offset, length, digest, size in captures:
        body, _ = read_body(done.home / "archive", file, offset, length)
        assert (len(body), "sha256:" + hashlib.sha256(body).hexdigest()) == (size, digest)


def test_hostile_titles_are_stored_as_they_stand(done: Done) -> None:
    titles = rows(done.warehouse, "select headline from articles where contains(headline, chr(27))")
    assert len(titles) == 1
    assert "<script>" in titles[0][0]
    assert rows(
        done.warehouse, "select count(*) from articles where list_contains(quality_flags, 'headline_plain')"
    ) == [(1,)]


def test_an_impossible_date_is_kept_raw_and_not_used(done: Done) -> None:
    found = rows(
        done.warehouse,
        "select date_published is null, list_contains(quality_flags, 'date_suspect') from articles "
        "where article_id in (select article_id from article_dates where raw like '%2099%')",
    )
    assert found == [(True, True)]


def test_wire_copy_carries_its_agency_and_dateline(done: Done) -> None:
    found = rows(
        done.warehouse,
        "select count(*) from articles where agency = 'NPA' and dateline is not null "
        "and source in ('kvrn', 'meridian-post')",
    )
    assert found[0][0] >= 18


def test_companions_belong_to_articles(done: Done) -> None:
    for table in ("article_images", "article_links", "article_dates", "article_signals"):
        assert rows(done.warehouse, f"select count(*) > 0 from {table}") == [(True,)]
        assert rows(done.warehouse, f"select count(*) from {table} anti join articles using (article_id)") == [(0,)]


def test_daily_stats_add_up_to_the_articles(done: Done) -> None:
    assert rows(done.warehouse, "select sum(articles), sum(revisions) from daily_source_stats") == rows(
        done.warehouse, "select count(*), (select count(*) from article_versions where version > 1) from articles"
    )


def test_a_feed_that_is_a_login_page_fails_its_poll_and_is_an_alarm(done: Done) -> None:
    polls = rows(done.warehouse, "select outcome, error from feed_polls where feed_url like '%closedcircle%/feed/'")
    assert set(polls) == {("failed", "not_a_feed")}
    assert done.first.exit_status == 3
    assert rows(done.warehouse, "select state from sources where source = 'closed-circle'") == [("failing",)]


def test_every_expectation_of_every_batch_is_kept(done: Done) -> None:
    suites = {articles.SUITE: articles.RULES, requests.SUITE: requests.RULES, kept.SUITE: kept.RULES}
    found = rows(
        done.warehouse,
        "select suite, run_id, batch, list(expectation order by expectation) from quality_checks group by all",
    )
    assert {suite for suite, *_ in found} == set(suites)
    assert all(names == sorted(rule.name for rule in suites[suite]) for suite, _, _, names in found)
    assert rows(done.warehouse, "select count(*) from quality_checks where not success and severity = 'warning'") > [
        (0,)
    ]


def test_an_article_id_is_the_hash_of_the_canonical_url_beside_it(done: Done) -> None:
    assert rows(
        done.warehouse,
        "select count(*) from articles where replace(article_id::varchar, '-', '') <> left(sha256(canonical_url), 32)",
    ) == [(0,)]


def test_archive_warehouse_and_ledger_agree(done: Done, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = copied(done, tmp_path)
    settings = load(done.config, home)
    assert verify(settings, as_json=True) == 0
    with duckdb.connect(str(home / "state" / "work.duckdb")) as connection:
        connection.execute("begin; update captures set digest = 'sha256:00' where url like '%kvrn%'; commit")
    capsys.readouterr()
    assert verify(settings, as_json=True) == 1
    assert {each["kind"] for each in json.loads(capsys.readouterr().out)["findings"]} == {"edited_row"}


def test_quotations_and_mentions_stand_where_their_offsets_say(done: Done) -> None:
    # A mention's name is the fullest form; what stands there is that, a part of it, or its initials.
    part = "said <> '' and contains(name, said) or kind = 'organization' and said = upper(said)"
    for table, is_right in (("quotes", "said = quote"), ("mentions", part)):
        said = (
            f"select *, substr(text, char_start + 1, char_end - char_start) as said from {table} "
            "join articles using (article_id)"
        )
        ((count, right),) = rows(done.warehouse, f"select count(*), count(*) filter ({is_right}) from ({said})")
        assert count > 100
        assert right == count
    spoken = rows(done.warehouse, "select count(*) filter (speaker is not null) / count(*) from quotes")
    assert spoken[0][0] > 0.5


def test_wire_copy_is_clustered_with_one_origin(done: Done) -> None:
    found = rows(done.warehouse, "select sources, agency from cluster_sizes")
    assert len(found) >= 8
    assert all(sources >= 2 and agency == "NPA" for sources, agency in found)


def test_rejected_pages_say_why_and_point_to_their_capture(done: Done) -> None:
    found = rows(
        done.warehouse,
        "select rule, observed, warc_file is not null, record ->> 'page_kind' from quarantine left join captures "
        "using (capture_id) where quarantine.source = 'closed-circle'",
    )
    assert found == [("page_is_article", "consent_wall", True, "consent_wall")] * 3


def test_flow_and_task_runs_have_names_that_say_source_and_stage(done: Done) -> None:
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    only = FlowRunFilter(id=FlowRunFilterId(any_=[done.first.run_id]))
    with get_client(sync_client=True) as client:
        flow_run = client.read_flow_runs(flow_run_filter=only)[0]
        assert flow_run.name.startswith("ingest · all sources · 2026-03-04 13:00")
        assert flow_run.state is not None
        assert (flow_run.state.name, flow_run.state.message) == ("CompletedWithAlarms", done.first.message)
        names = {t.name for t in client.read_task_runs(flow_run_filter=only)}
    assert {"discover · kvrn", "fetch · kvrn", "extract · batch 1", "validate · batch 1", "load · batch 1"} <= names


def test_a_warc_of_the_archive_gives_the_same_articles_and_twice_changes_nothing(
    done: Done, run: Run, tmp_path: Path
) -> None:
    segments = sorted(map(str, (done.home / "archive").rglob("*.warc.gz")))
    given = {"warcs": segments, "home": str(tmp_path), "config": str(done.config)}
    report = run(**given)
    assert report.totals["loaded"] >= 118
    same = "select article_id, headline, version from articles order by 1"
    ours, theirs = dict_of(rows(tmp_path / "dateline.duckdb", same)), dict_of(rows(done.warehouse, same))
    assert ours.keys() == theirs.keys()
    size = sum(p.stat().st_size for p in (tmp_path / "archive").rglob("*.warc.gz"))
    again = run(**given)
    assert again.totals["loaded"] == again.totals["revised"] == 0
    assert sum(p.stat().st_size for p in (tmp_path / "archive").rglob("*.warc.gz")) == size
    assert rows(tmp_path / "dateline.duckdb", ORPHANS) == []


def dict_of(found: list[tuple[object, ...]]) -> dict[object, tuple[object, ...]]:
    return {row[0]: row for row in found}


def test_a_page_named_by_hand_is_fetched_although_it_is_not_due(done: Done, run: Run, tmp_path: Path) -> None:
    home = copied(done, tmp_path)
    (url,) = rows(done.warehouse, "select url from articles where source = 'kvrn' limit 1")[0]
    report = run(now=second_edition, urls=[url], config=str(done.config), home=str(home))
    assert (report.totals["discovered"], report.totals["unchanged"]) == (1, 1)
    assert report.by_source[0][0] == "kvrn"
