-- One row per fault: a grain that is broken, a reference that leads nowhere, a ledger that does not balance.
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
select 'cluster_without_origin', cluster_id::varchar, count(*) filter (is_origin) || ' origins' from story_clusters
group by cluster_id having count(*) filter (is_origin) <> 1;
