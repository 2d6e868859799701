-- The tables that analysts rely on (DESIGN.md section 6) and the writer's own books.
-- No primary keys and no secondary indexes: upserts on ART indexes reached a persistent FATAL (duckdb#23645). The grain of
-- each table stands in its comment and is proved by the warehouse suite after every load.

create table articles (
    article_id uuid not null, source varchar not null, url varchar not null, canonical_url varchar not null,
    domain varchar not null, headline varchar, alternative_headline varchar, description varchar, authors varchar[],
    agency varchar, dateline varchar, date_published timestamptz, date_published_source varchar,
    date_published_precision varchar, date_modified timestamptz, language varchar, section varchar, keywords varchar[],
    text varchar, word_count integer, image_url varchar, is_accessible_for_free boolean, page_kind varchar,
    version integer not null, content_hash varchar not null, first_seen timestamptz not null,
    last_seen timestamptz not null, extractor varchar not null, capture_id uuid, run_id uuid not null,
    quality_flags varchar[]
);
comment on table articles is 'One row per article: its current version.';
comment on column articles.article_id is 'First 128 bits of SHA-256 over canonical_url.';
comment on column articles.content_hash is 'SHA-256 over headline and text after normalisation: two captures with the same hash say the same.';
comment on column articles.quality_flags is 'Warnings of the quality suite and of the extractor; empty is good.';
comment on column articles.date_published_source is 'Which signal the publication time comes from; all of them stand in article_dates.';
comment on column articles.date_published_precision is 'instant (time and zone), local (time, zone assumed), day, month, year or none.';

create table article_versions (
    article_id uuid not null, version integer not null, valid_from timestamptz not null, valid_to timestamptz,
    headline varchar, text varchar, content_hash varchar not null, change_kind varchar not null, capture_id uuid,
    extractor varchar not null, run_id uuid not null
);
comment on table article_versions is 'One row per distinct content of an article; valid_to is NULL for the current one.';
comment on column article_versions.change_kind is 'new, headline, lede, body or correction.';

create table captures (
    capture_id uuid not null, url varchar not null, requested_url varchar, source varchar not null,
    fetched_at timestamptz not null, status integer, content_type varchar, etag varchar, last_modified varchar,
    digest varchar, body_bytes bigint, warc_file varchar, warc_offset bigint, warc_length bigint, run_id uuid not null
);
comment on table captures is 'One row per archived response: warc_file, offset and length read it back in one seek.';

create table fetches (
    run_id uuid not null, source varchar not null, url varchar not null, kind varchar not null, started_at timestamptz,
    elapsed_ms integer, status integer, outcome varchar not null, error varchar, robots_rule varchar, final_url varchar,
    body_bytes bigint
);
comment on table fetches is 'One row per request or decision not to request; kind is article, feed or sitemap.';

create table discoveries (
    run_id uuid not null, source varchar not null, url varchar not null, url_id uuid not null, via varchar not null, found_in varchar,
    title varchar, published_raw varchar, updated_raw varchar, author varchar, discovered_at timestamptz not null
);
comment on table discoveries is 'One row per run, source and URL that the run has to account for: the left side of the ledger.';

create table outcomes (
    run_id uuid not null, source varchar not null, url varchar not null, article_id uuid, outcome varchar not null,
    reason varchar, capture_id uuid, decided_at timestamptz not null
);
comment on table outcomes is 'One row per run, source and URL: the right side of the ledger.';

create table runs (
    run_id uuid not null, flow varchar not null, flow_run_id varchar, started_at timestamptz not null,
    ended_at timestamptz, state varchar not null, discovered integer, loaded integer, revised integer,
    unchanged integer, duplicate integer, rejected integer, skipped integer, failed integer, pending integer,
    message varchar, owner varchar
);
comment on table runs is 'One row per flow run; state is running, completed, completed_with_alarms, failed or crashed.';

create table sources (
    source varchar not null, title varchar, url varchar, feeds varchar[], sitemaps varchar[], language varchar,
    last_run timestamptz, last_success timestamptz, last_new_article timestamptz, state varchar, reason varchar
);
comment on table sources is 'One row per source; state is new, ok, silent, failing or inactive (no longer configured).';

create table feed_polls (
    run_id uuid not null, source varchar not null, feed_url varchar not null, polled_at timestamptz not null,
    status integer, outcome varchar not null, error varchar, entries integer, new_entries integer, gap boolean,
    warnings varchar[], etag varchar, last_modified varchar
);
comment on table feed_polls is 'One row per poll of a feed or sitemap; outcome is ok, not_modified, failed, skipped or pending.';
comment on column feed_polls.gap is 'True when the poll shares no entry with the one before it: entries were lost between.';
comment on column feed_polls.etag is 'Validator to send next time; NULL when the answer must not be remembered.';

create table frontier (
    url_id uuid not null, source varchar not null, url varchar not null, article_id uuid, state varchar not null,
    first_seen timestamptz not null, last_checked timestamptz, next_check timestamptz, attempts integer not null,
    published timestamptz, capture_id uuid, etag varchar, last_modified varchar, updated_raw varchar, title varchar
);
comment on table frontier is 'One row per URL identity ever discovered: what is known of it, and when it is looked at next.';
comment on column frontier.url_id is 'First 128 bits of SHA-256 over the identity of the URL: equal for utm, AMP and other forms of one address.';

create table quarantine (
    run_id uuid not null, source varchar not null, url varchar not null, capture_id uuid, rule varchar not null,
    severity varchar not null, observed varchar, record json, quarantined_at timestamptz not null,
    attempts integer not null, resolved_at timestamptz, resolution varchar
);
comment on table quarantine is 'One row per rejected page: the rule, what was observed, and the capture to look at or replay.';

create table quality_checks (
    run_id uuid not null, batch integer not null, suite varchar not null, expectation varchar not null,
    "column" varchar, severity varchar not null, success boolean not null, element_count bigint,
    unexpected_count bigint, observed varchar, checked_at timestamptz not null
);
comment on table quality_checks is 'One row per run, batch and expectation: every result of every run.';

create table article_images (
    article_id uuid not null, position integer not null, url varchar not null, caption varchar, credit varchar
);
comment on table article_images is 'One row per image of an article''s current version.';

create table article_links (
    article_id uuid not null, position integer not null, url varchar not null, anchor varchar, kind varchar not null
);
comment on table article_links is 'One row per link on the article''s page; kind is body, related, sponsored or navigation.';

create table article_dates (
    article_id uuid not null, role varchar not null, signal varchar not null, raw varchar, instant timestamptz,
    zone_known boolean, "precision" varchar, chosen boolean not null, conflict boolean not null
);
comment on table article_dates is 'One row per date signal: who claims which date, which one was chosen, which disagree.';

create table article_signals (
    article_id uuid not null, field varchar not null, signal varchar not null, raw varchar, chosen boolean not null
);
comment on table article_signals is 'One row per claim about a field that is no date: headline, author, section and so on.';

create table daily_source_stats (
    day date not null, source varchar not null, articles integer not null, revisions integer not null,
    median_words double, rejected integer not null, share_with_author double, share_with_date double
);
comment on table daily_source_stats is 'One row per day (UTC, of publication or else first sight) and source.';

create table packages (
    package_id varchar not null, run_id uuid not null, loaded_at timestamptz not null, manifest json
);
comment on table packages is 'One row per load package: written in the transaction that loaded it, so that it loads exactly once.';
