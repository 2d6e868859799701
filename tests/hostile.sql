-- An article for each attack of the temporary table `attack` (t, i), and all of them in the tables of the first one.

insert into articles by name
select
    cast(printf('%032x', i + 1) as uuid) as article_id, t as source, t as url, t as canonical_url, t as domain,
    t as headline, t as description, [t, t] as authors, t as agency, t as dateline, $now as date_published,
    t as section, 'instant' as date_published_precision, t as date_published_source, t as language, [t] as keywords,
    t as text, 3 as word_count, t as page_kind, 2 as version, t as content_hash, $now as first_seen,
    $now as last_seen, t as extractor, $capture as capture_id, $run as run_id, [t] as quality_flags
from attack;

insert into article_versions by name
select
    cast(printf('%032x', i + 1) as uuid) as article_id, v as version, $now as valid_from, t as headline,
    t || v as text, t as content_hash, t as change_kind, $capture as capture_id, t as extractor, $run as run_id
from attack, range(1, 3) as r(v);

insert into story_clusters by name
select
    $story as cluster_id, cast(printf('%032x', i + 1) as uuid) as article_id, 0.9 as similarity, i = 0 as is_origin,
    $now as first_seen
from attack;

insert into article_links by name
select
    $first as article_id, i as position, t as url, t as anchor, ['body', t][1 + i % 2] as kind
from attack;

insert into article_images by name
select
    $first as article_id, i as position, t as url, t as caption, t as credit
from attack;

insert into article_addresses by name
select
    $first as article_id, t as url, t as kind, t as source, $now as first_seen, uuid() as url_id
from attack;

insert into article_dates by name
select
    $first as article_id, t as role, t as signal, t as raw, true as zone_known, t as precision, true as chosen,
    true as conflict
from attack;

insert into article_signals by name
select
    $first as article_id, t as field, t as signal, t as raw, true as chosen
from attack;

insert into quotes by name
select
    $first as article_id, i as position, 0 as char_start, 1 as char_end, t as quote, t as speaker, t as verb
from attack;

insert into mentions by name
select
    $first as article_id, 'person' as kind, t as name, 0 as char_start, 1 as char_end
from attack;

insert into runs by name
select
    $run as run_id, t as flow, t as flow_run_id, $now as started_at, $now as ended_at, t as state, t as message
from attack where i = 0;

insert into sources by name
select
    t as source, t as title, t as url, [t] as feeds, t as state, t as reason
from attack;

insert into outcomes by name
select
    $run as run_id, t as source, t as url, ['rejected', 'loaded'][1 + i % 2] as outcome, t as reason,
    $now as decided_at
from attack;

insert into quarantine by name
select
    $run as run_id, t as source, t as url, t as rule, t as severity, t as observed, $now as quarantined_at,
    1 as attempts
from attack;

insert into quality_checks by name
select
    $run as run_id, 0 as batch, t as suite, t as expectation, 'warning' as severity, false as success, t as observed,
    $now as checked_at
from attack;

insert into alarms by name
select
    0 as times_told,
    $run as run_id, t as source, t as kind, $now as since, t as detail, [t] as examples, 1 as times_seen,
    $now as last_seen
from attack;

insert into feed_polls by name
select
    $run as run_id, t as source, t as feed_url, $now as polled_at, t as outcome, t as error, [t] as warnings
from attack;
