"""Damages to a warehouse, one statement each, and which rules of the warehouse suite must notice."""

from __future__ import annotations

_AN = "(select min(article_id) from articles)"
_QUOTED = "(select min(article_id) from quotes)"
_MEMBER = "(select min(article_id) from story_clusters)"
_REVISED = "(select min(article_id) from article_versions where version = 2)"
_LOADED = "(select min(url) from outcomes where outcome = 'loaded')"
_NOBODY = "'99999999-9999-9999-9999-999999999999'"

_MEMBERS = "story_clusters (cluster_id, article_id, similarity, is_origin, first_seen)"
DAMAGES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("an article twice", f"insert into articles select * from articles where article_id = {_AN}",
     ("article_twice", "stats_do_not_add_up")),
    ("a version twice", f"insert into article_versions select * from article_versions where article_id = {_AN} limit 1",
     ("version_twice", "versions_not_contiguous", "no_current_version", "content_twice", "versions_overlap")),
    ("a version that is gone", f"delete from article_versions where article_id = {_REVISED} and version = 1",
     ("versions_not_contiguous", "article_is_not_of_its_first_capture")),
    ("two versions valid now", f"update article_versions set valid_to = null where article_id = {_REVISED}",
     ("no_current_version", "versions_overlap")),
    ("a version that ends an hour late",
     f"update article_versions set valid_to = valid_to + interval 1 hour where article_id = {_REVISED}",
     ("versions_overlap",)),
    ("a version that ends an hour early",
     f"update article_versions set valid_to = valid_to - interval 1 hour where article_id = {_REVISED}",
     ("versions_overlap",)),
    ("a version that ends before it begins",
     f"update article_versions set valid_to = valid_from - interval 1 hour where article_id = {_REVISED} "
     "and version = 1",
     ("version_inverted", "versions_overlap")),
    ("two versions that changed their numbers",
     f"update article_versions set version = 3 - version where article_id = {_REVISED}",
     ("versions_not_in_order", "article_is_not_its_version")),
    ("a revision that says what the version before said",
     "update article_versions set content_hash = (select content_hash from article_versions "
     f"where article_id = {_REVISED} and version = 1) where article_id = {_REVISED} and version = 2",
     ("content_twice", "article_is_not_its_version")),
    ("an article last seen before it was first seen",
     f"update articles set last_seen = first_seen - interval 1 hour where article_id = {_AN}",
     ("seen_before_first_seen",)),
    ("an address of no article", f"insert into article_addresses select * replace ({_NOBODY}::uuid as article_id) "
     "from article_addresses limit 1", ("address_without_article",)),
    ("an article whose addresses are gone", f"delete from article_addresses where article_id = {_AN}",
     ("article_without_address",)),
    ("an address named twice", "insert into article_addresses select * from article_addresses limit 1",
     ("address_named_twice",)),
    ("a duplicate of a page that was rejected",
     f"update outcomes set article_id = {_NOBODY} where outcome = 'duplicate'", ("duplicate_of_nothing",)),
    ("an article at a version that does not exist", f"update articles set version = 9 where article_id = {_AN}",
     ("article_without_version",)),
    ("an article that is not its version", f"update articles set content_hash = 'x' where article_id = {_AN}",
     ("article_is_not_its_version",)),
    ("an article under another address",
     f"update articles set canonical_url = canonical_url || 'x' where article_id = {_AN}", ("wrong_article_id",)),
    ("a capture that is gone",
     f"delete from captures where capture_id = (select capture_id from articles where article_id = {_AN})",
     ("article_without_capture",)),
    ("a capture twice", "insert into captures select * from captures limit 1", ("capture_twice",)),
    ("a capture without offset", "update captures set warc_offset = null where capture_id = (select "
     "min(capture_id) from captures)", ("capture_without_place",)),
    ("an image of no article", f"insert into article_images (article_id, position, url) values ({_NOBODY}, 0, 'x')",
     ("image_without_article",)),
    ("a link of no article",
     f"insert into article_links (article_id, position, url, kind) values ({_NOBODY}, 0, 'x', 'body')",
     ("link_without_article",)),
    ("a date of no article", "insert into article_dates (article_id, role, signal, chosen, conflict) "
     f"values ({_NOBODY}, 'published', 'meta', false, false)", ("date_without_article",)),
    ("a signal of no article",
     f"insert into article_signals (article_id, field, signal, chosen) values ({_NOBODY}, 'headline', 'og', true)",
     ("signal_without_article",)),
    ("a quotation of no article", f"insert into quotes values ({_NOBODY}, 0, 0, 1, 'x', null, null, null)",
     ("quote_without_article",)),
    ("a mention of no article", f"insert into mentions values ({_NOBODY}, 'person', 'x', 0, 1, 'x')",
     ("mention_without_article",)),
    ("two winners for one date", "insert into article_dates select * from article_dates where chosen limit 1",
     ("date_chosen_twice",)),
    ("a quotation moved by a letter",
     f"update quotes set char_start = char_start + 1, char_end = char_end + 1 where article_id = {_QUOTED}",
     ("quote_not_in_text",)),
    ("a mention behind the end of the text",
     f"insert into mentions values ({_AN}, 'person', 'x', 1000000, 1000001, 'x')", ("mention_outside_text",)),
    ("a cluster member that does not exist", f"insert into {_MEMBERS} select cluster_id, "
     f"{_NOBODY}, similarity, false, first_seen from story_clusters limit 1", ("member_without_article",)),
    ("a cluster without origin", "update story_clusters set is_origin = false where cluster_id = (select "
     "min(cluster_id) from story_clusters)", ("cluster_without_origin",)),
    ("an article in two clusters", f"insert into {_MEMBERS} select {_NOBODY}::uuid, article_id, 1.0, true, "
     f"first_seen from story_clusters where article_id = {_MEMBER}", ("member_twice",)),
    ("a URL without outcome", "delete from outcomes where url = (select min(url) from outcomes)",
     ("unbalanced_ledger", "run_is_not_its_ledger")),
    ("an outcome twice", "insert into outcomes select * from outcomes limit 1",
     ("outcome_twice", "unbalanced_ledger", "run_is_not_its_ledger")),
    ("a run twice", "insert into runs select * from runs limit 1", ("run_twice",)),
    ("a run that lost count", "update runs set loaded = loaded + 1 where state like 'completed%'",
     ("run_does_not_add_up", "run_is_not_its_ledger")),
    ("a run whose row is gone", "delete from runs where loaded > 50",
     ("run_is_not_its_ledger", "request_without_run")),
    ("a request of a run that is gone",
     f"insert into fetches select * replace ({_NOBODY}::uuid as run_id) from fetches limit 1",
     ("request_without_run",)),
    ("a run that says other than its ledger", "update runs set loaded = loaded - 1, failed = failed + 1 "
     "where loaded > 50", ("run_is_not_its_ledger",)),
    ("an outcome that was changed",
     f"update outcomes set outcome = 'skipped' where url = {_LOADED} and outcome = 'loaded'",
     ("run_is_not_its_ledger",)),
    ("a loaded page whose article is another", f"update outcomes set article_id = {_NOBODY} where url = {_LOADED} "
     "and outcome = 'loaded'", ("outcome_without_article",)),
    ("a rejected page that was thrown away", "delete from quarantine where url = (select min(url) from quarantine)",
     ("rejected_without_quarantine",)),
    ("an article of another outlet", f"update articles set source = 'another' where article_id = {_AN}",
     ("article_is_not_of_its_first_capture",)),
    ("an address twice", "insert into internal.frontier select * from internal.frontier limit 1", ("address_twice",)),
    ("a source twice", "insert into sources select * from sources limit 1", ("source_twice",)),
    ("a quarantined page whose capture is gone", "update quarantine set capture_id = " + _NOBODY,
     ("quarantined_without_capture", "rejected_without_quarantine")),
    ("a day miscounted", "update daily_source_stats set articles = articles + 1 where articles = (select max(articles) "
     "from daily_source_stats)", ("stats_do_not_add_up",)),
)  # fmt: skip
