-- One row per fault: a grain that is broken, a reference that leads nowhere, a ledger that does not balance. What would
-- read every text or request is asked of run $run_id only, unless that is NULL. Each kind has its rule in
-- expectations/warehouse_rules.py.
select 'article_twice' as kind, min(url) as subject, count(*) || ' rows' as detail
from articles group by article_id having count(*) > 1
union all
select 'version_twice', min(headline), count(*) || ' rows of version ' || version
from article_versions group by article_id, version having count(*) > 1
union all
select 'versions_not_contiguous', min(headline), count(*) || ' versions, the newest is ' || max(version)
from article_versions group by article_id having max(version) <> count(*)
union all
select 'no_current_version', min(headline), count(*) filter (valid_to is null) || ' versions are current'
from article_versions group by article_id having count(*) filter (valid_to is null) <> 1
union all
select 'article_without_version', url, 'version ' || articles.version
from articles anti join article_versions using (article_id, version)
union all
select 'article_is_not_its_version', a.url, 'content differs from version ' || v.version
from articles as a join article_versions as v on v.article_id = a.article_id and v.version = a.version
where v.content_hash <> a.content_hash and v.extractor = a.extractor
    and a.run_id not in (select run_id from runs where flow = 'reextract')  -- read otherwise by today's extractor: no revision
union all
select 'article_is_not_of_its_first_capture', any_value(a.url), 'first captured ' || min(c.fetched_at) || ', at '
    || min_by(c.source, c.fetched_at) || ', ' || min_by(c.url, c.fetched_at)
from articles as a
join article_versions as v using (article_id)
join captures as c on c.capture_id = v.capture_id
where $run_id is null or a.run_id = $run_id
group by a.article_id
having any_value(a.first_seen) <> min(c.fetched_at) or not bool_or(a.source = c.source and a.url in (c.url, c.requested_url))
union all
select 'seen_before_first_seen', url, 'first seen ' || first_seen || ', last seen ' || last_seen
from articles where last_seen < first_seen
union all
select 'content_twice', min(headline), count(*) || ' versions say the same'
from article_versions group by article_id, content_hash having count(*) > 1
union all
select 'version_inverted', headline, 'version ' || version || ' begins ' || valid_from || ' and ends ' || valid_to
from article_versions where valid_to <= valid_from
union all
select 'versions_not_in_order', any_value(v.headline), 'versions ' || list(v.version order by c.fetched_at, v.version)::varchar
from article_versions as v join captures as c using (capture_id)
group by v.article_id
having list(v.version order by c.fetched_at, v.version) <> list(v.version order by v.version)
union all
select 'address_without_article', min(url), count(*) || ' addresses' from article_addresses anti join articles using (article_id)
group by article_id
union all
select 'article_without_address', url, 'its identity ' || canonical_url || ' is not among its addresses'
from articles anti join article_addresses as named
    on named.article_id = articles.article_id and named.url_id = articles.article_id
union all
select 'address_named_twice', min(url), count(*) || ' rows of kind ' || kind
from article_addresses group by article_id, kind, url_id having count(*) > 1
union all
select 'duplicate_of_nothing', o.url, coalesce(o.reason, '') || ' in run ' || o.run_id
from outcomes as o join runs using (run_id) anti join articles using (article_id)
where o.outcome = 'duplicate' and o.article_id is not null and ($run_id is null or o.run_id = $run_id)
    and started_at >= (  -- before there were addresses, a page could be the duplicate of one that was rejected
        select min(started_at) from runs where run_id in (select run_id from article_addresses)
    )
union all
select 'wrong_article_id', url, article_id::varchar from articles
where replace(article_id::varchar, '-', '') <> left(sha256(canonical_url), 32)
union all
select 'article_without_capture', url, capture_id::varchar from articles anti join captures using (capture_id)
union all
select 'image_without_article', min(url), count(*) || ' images' from article_images anti join articles using (article_id)
group by article_id
union all
select 'link_without_article', min(url), count(*) || ' links' from article_links anti join articles using (article_id)
group by article_id
union all
select 'date_without_article', min(raw), count(*) || ' dates' from article_dates anti join articles using (article_id)
group by article_id
union all
select 'unbalanced_ledger', source, run_id || ': remainder ' || remainder from ledger where remainder <> 0
union all
select 'outcome_twice', url, run_id || ': ' || count(*) || ' outcomes' from outcomes
group by run_id, source, url having count(*) > 1
union all
select 'run_does_not_add_up', run_id::varchar, state from runs
where discovered <> loaded + revised + unchanged + duplicate + rejected + skipped + failed + pending
union all
select 'run_twice', run_id::varchar, count(*) || ' rows' from runs group by run_id having count(*) > 1
union all
select 'request_without_run', run_id::varchar, count(*) || ' requests' from fetches anti join runs using (run_id)
where $run_id is null group by run_id
union all
select 'run_is_not_its_ledger', run_id::varchar, case when r.run_id is null then 'its row in runs is gone'
    else 'says ' || r.discovered || ' discovered and ' || r.loaded || ' loaded, its ledger ' || coalesce(l.discovered, 0)
        || ' and ' || coalesce(l.loaded, 0) end
from runs as r full join (
    select
        run_id, sum(discovered) as discovered, sum(loaded) as loaded, sum(revised) as revised,
        sum(unchanged) as unchanged, sum(duplicate) as duplicate, sum(rejected) as rejected, sum(skipped) as skipped,
        sum(failed) as failed, sum(pending) as pending
    from ledger group by run_id
) as l using (run_id)
where coalesce(r.state, 'gone') <> 'running' and (
    r.run_id is null or r.discovered <> coalesce(l.discovered, 0) or r.loaded <> coalesce(l.loaded, 0)
    or r.revised <> coalesce(l.revised, 0) or r.unchanged <> coalesce(l.unchanged, 0)
    or r.duplicate <> coalesce(l.duplicate, 0) or r.rejected <> coalesce(l.rejected, 0)
    or r.skipped <> coalesce(l.skipped, 0) or r.failed <> coalesce(l.failed, 0) or r.pending <> coalesce(l.pending, 0)
)
union all
select 'outcome_without_article', url, outcome || ' in run ' || run_id from outcomes anti join articles using (article_id)
where outcome in ('loaded', 'revised') and ($run_id is null or run_id = $run_id)
union all
select 'rejected_without_quarantine', url, coalesce(reason, '') || ' in run ' || run_id
from outcomes anti join quarantine using (capture_id)
where outcome = 'rejected' and ($run_id is null or run_id = $run_id)
union all
select 'cluster_without_origin', cluster_id::varchar, count(*) filter (is_origin) || ' origins' from story_clusters
group by cluster_id having count(*) filter (is_origin) <> 1
union all
select 'versions_overlap', headline, 'version ' || version || ' ends ' || coalesce(valid_to::varchar, 'never')
    || ', the next one begins ' || next_from
from (
    select
        v.article_id, headline, version, valid_from, valid_to,
        lead(valid_from) over (partition by v.article_id order by valid_from, version) as next_from,
        -- a content that came back left the time of its first stretch empty
        bool_or(valid_from > fetched_at) over (partition by v.article_id) as came_back
    from article_versions as v
    left join (select capture_id, min(fetched_at) as fetched_at from captures group by capture_id) using (capture_id)
)
where next_from is not null and (valid_to is null or valid_to > next_from or (valid_to < next_from and not coalesce(came_back, false)))
union all
select 'capture_twice', min(url), count(*) || ' rows' from captures group by capture_id having count(*) > 1
union all
select 'capture_without_place', url, capture_id::varchar from captures
where (warc_file is null or warc_offset is null or warc_length is null) and expired_at is null
union all
select 'signal_without_article', min(raw), count(*) || ' signals' from article_signals anti join articles using (article_id)
group by article_id
union all
select 'quote_without_article', min(quote), count(*) || ' quotations' from quotes anti join articles using (article_id)
group by article_id
union all
select 'mention_without_article', min(name), count(*) || ' mentions' from mentions anti join articles using (article_id)
group by article_id
union all
select 'date_chosen_twice', min(raw), role || ': ' || count(*) || ' chosen' from article_dates
where chosen group by article_id, role having count(*) > 1
union all
select 'quote_not_in_text', url, quote from quotes join articles using (article_id)
where ($run_id is null or run_id = $run_id) and substr(text, char_start + 1, char_end - char_start) <> quote
union all
select 'mention_outside_text', url, name from mentions join articles using (article_id)
where ($run_id is null or run_id = $run_id) and not (0 <= char_start and char_start < char_end and char_end <= length(text))
union all
select 'member_without_article', cluster_id::varchar, article_id::varchar
from story_clusters anti join articles using (article_id)
union all
select 'member_twice', article_id::varchar, count(*) || ' clusters' from story_clusters group by article_id having count(*) > 1
union all
select 'address_twice', min(url), count(*) || ' rows' from internal.frontier group by url_id having count(*) > 1
union all
select 'source_twice', source, count(*) || ' rows' from sources group by source having count(*) > 1
union all
select 'quarantined_without_capture', url, rule from quarantine anti join captures using (capture_id)
union all
select 'stats_do_not_add_up', 'daily_source_stats', counted || ' articles counted, ' || there || ' there'
from (select coalesce(sum(articles), 0) as counted from daily_source_stats), (select count(*) as there from articles)
where counted <> there;
