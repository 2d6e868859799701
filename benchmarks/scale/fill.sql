-- $count articles of realistic length over two years and 200 outlets, with what stands around them. A body is eight to
-- fourteen paragraphs out of a pool of 40,000, whose words follow Zipf's law over a vocabulary of 60,000.
create temp table vocabulary as
select i as rank, chr(97 + cast(hash(i) % 26 as integer)) || substr(md5(i::varchar), 1, 2 + cast(hash(i, 1) % 8 as integer)) as word
from range(60000) as t(i);
create temp table pool as
select p, string_agg(word, ' ') || '.' as paragraph
from (
    select p, k, cast(floor(exp(ln(60000) * ((hash(p, k) % 1000003) / 1000003.0))) as integer) - 1 as rank
    from range(40000) as t(p), range(42) as u(k)
) join vocabulary using (rank)
group by p;
create temp table paragraphs as select list(paragraph order by p) as pool from pool;

create temp table made as
select
    i, cast(md5('article ' || i) as uuid) as article_id, cast(md5('capture ' || i) as uuid) as capture_id,
    cast(md5('run ' || (i // 1000)) as uuid) as run_id, 'outlet-' || (i % 200) as source,
    'http://www.outlet-' || (i % 200) || '.example/' || i as url,
    $now - to_seconds(cast(($count - i) * (63072000.0 / $count) as bigint)) as first_seen,
    8 + cast(hash(i, 2) % 7 as integer) as length
from range($count) as t(i);

create temp table written as
select
    made.*, substr(pool[1 + cast(hash(i, 100) % 40000 as integer)], 1, 60) as headline,
    array_to_string(list_transform(range(length), k -> pool[1 + cast(hash(i, k) % 40000 as integer)]), E'\n\n') as text
from made, paragraphs;

insert into articles by name
select
    article_id, source, url, url as canonical_url, 'outlet-' || (i % 200) || '.example' as domain, headline,
    left(text, 150) as description, ['Writer ' || (hash(i, 3) % 900)] as authors,
    case when hash(i, 4) % 5 = 0 then ['AP', 'Reuters', 'AFP', 'dpa'][1 + i % 4] end as agency,
    case when hash(i, 4) % 5 = 0 then 'CITY ' || (i % 90) end as dateline,
    first_seen - to_minutes(cast(hash(i, 5) % 300 as integer)) as date_published, 'json_ld' as date_published_source,
    'instant' as date_published_precision, 'en' as language, 'section ' || (i % 9) as section, ['k' || (i % 500)] as keywords, text,
    length * 42 as word_count, url || '.jpg' as image_url, true as is_accessible_for_free, 'article' as page_kind,
    if(i % 20 = 0, 2, 1) as version, md5(text) as content_hash, first_seen, first_seen as last_seen, 'x' as extractor,
    capture_id, run_id, []::varchar[] as quality_flags
from written;

insert into article_versions by name
select
    article_id, 1 as version, first_seen as valid_from, if(i % 20 = 0, first_seen + interval 2 hour, null) as valid_to,
    headline, text, md5(text) as content_hash, 'new' as change_kind, capture_id, 'x' as extractor, run_id
from written
union all by name
select
    article_id, 2 as version, first_seen + interval 2 hour as valid_from, null as valid_to, 'New: ' || headline as headline,
    text || E'\n\nIt was corrected.' as text, md5(text || '2') as content_hash,
    ['headline', 'body', 'correction', 'lede'][1 + (i // 20) % 4] as change_kind, capture_id, 'x' as extractor, run_id
from written where i % 20 = 0;
drop table written;

insert into captures by name
select
    capture_id, url, url as requested_url, source, first_seen as fetched_at, 200 as status, 'text/html' as content_type,
    md5(url) as digest, 90000 as body_bytes, 'segment-' || (i // 1000) || '.warc.gz' as warc_file, i % 1000 * 20000 as warc_offset,
    20000 as warc_length, run_id
from made;
insert into discoveries by name
select run_id, source, url, article_id as url_id, 'feed' as via, 'Title ' || i as title, first_seen as discovered_at from made;
insert into outcomes by name
select
    run_id, source, url, article_id, 'loaded' as outcome, capture_id, first_seen as decided_at
from made;
insert into fetches by name
select
    run_id, source, url, 'article' as kind, first_seen as started_at, 150 as elapsed_ms, 200 as status, 'ok' as outcome,
    url as final_url, 90000 as body_bytes
from made;
insert into internal.frontier by name
select
    article_id as url_id, source, url, article_id, 'known' as state, first_seen, first_seen as last_checked,
    if(first_seen > $now - interval 30 day, first_seen + interval 31 day, null) as next_check, 1 as attempts,
    first_seen as published, capture_id, 'Title ' || i as title
from made;
insert into runs by name
select
    run_id, 'ingest' as flow, min(first_seen) as started_at, max(first_seen) as ended_at, 'completed' as state,
    count(*) as discovered, count(*) as loaded, 0 as revised, 0 as unchanged, 0 as duplicate, 0 as rejected, 0 as skipped,
    0 as failed, 0 as pending, '' as message
from made group by run_id;
insert into sources by name
select
    source, source as title, max(first_seen) as last_run, max(first_seen) as last_success, max(first_seen) as last_new_article,
    'ok' as state
from made group by source;
insert into article_images by name
select article_id, 0 as position, url || '.jpg' as url, 'A caption of some words' as caption, 'Photo: Somebody' as credit from made;
insert into article_links by name
select
    article_id, k as position, 'http://www.site-' || (hash(i, k) % 5000) || '.example/' || (hash(i, k) % 90000) as url,
    'anchor of it' as anchor, ['body', 'related', 'navigation', 'sponsored'][1 + k % 4] as kind
from made, range(8) as t(k);
insert into article_dates by name
select
    article_id, 'published' as role, ['json_ld', 'og', 'feed'][1 + k] as signal, first_seen::varchar as raw, first_seen as instant,
    true as zone_known, 'instant' as "precision", k = 0 as chosen, false as conflict
from made, range(3) as t(k);
insert into article_signals by name
select
    article_id, ['headline', 'author', 'section', 'description', 'headline'][1 + k] as field,
    ['json_ld', 'meta', 'meta', 'og', 'h1'][1 + k] as signal, 'What the page says of it ' || i as raw, k < 4 as chosen
from made, range(5) as t(k);
insert into quotes by name
select
    article_id, k as position, 10 + 40 * k as char_start, 40 + 40 * k as char_end, 'what was said there and then' as quote,
    'Speaker ' || (hash(i, k) % 20000) as speaker, 'said' as verb
from made, range(2) as t(k);
insert into mentions by name
select
    article_id, ['person', 'organization', 'place'][1 + k % 3] as kind, 'Name ' || (hash(i, k) % 30000) as name,
    10 + 9 * k as char_start, 17 + 9 * k as char_end
from made, range(8) as t(k);
insert into story_clusters by name
select
    cast(md5('article ' || (i - i % 4)) as uuid) as cluster_id, article_id, 0.93 as similarity, i % 4 = 0 as is_origin, first_seen
from made where i // 4 % 5 = 0;
insert into internal.lsh_index by name
select article_id, list_transform(range(24), k -> cast(hash(i, k) % 4294967296 as uinteger))::uinteger[24] as bands from made;
insert into internal.outlet_blocks by name
select
    'outlet-' || (i % 200) as source, hash(i, 77) as block, 1 as articles, $now as first_seen, $now as last_seen, 'sample' as sample
from range($count * 3) as t(i);
insert into daily_source_stats by name
select
    cast(first_seen as date) as day, source, count(*) as articles, count(*) filter (i % 20 = 0) as revisions, 450 as median_words,
    0 as rejected, 1 as share_with_author, 1 as share_with_date
from made group by all;
insert into quality_checks by name
select
    cast(md5('run ' || r) as uuid) as run_id, 0 as batch, 'articles' as suite, 'rule_' || k as expectation,
    'text' as "column", 'warning' as severity, hash(r, k) % 50 > 0 as success, 1000 as element_count, 1 as unexpected_count,
    $now - to_hours(cast($count // 1000 - r as integer)) as checked_at
from range($count // 1000) as t(r), range(87) as u(k);
insert into quarantine by name
select run_id, source, url, capture_id, 'text_present' as rule, 'critical' as severity, first_seen as quarantined_at, 0 as attempts
from made where i % 400 = 0;
drop table made;
