-- One row per source that announced new pages in this run, of which each was answered with 404 or 410.
with asked as (
    select fetches.source, fetches.error, outcomes.article_id is not null and outcomes.outcome <> 'loaded' as is_known
    from fetches
    join discoveries using (run_id, source, url)
    join outcomes using (run_id, source, url)
    where fetches.run_id = $run_id and fetches.kind = 'article' and fetches.outcome not in ('skipped', 'pending')
        and discoveries.via in ('feed', 'sitemap', 'pending')
),
announced as (
    select source, sum(entries) as entries from feed_polls where run_id = $run_id and outcome = 'ok' group by source
)
select source, count(*) as pages, mode(error) as error
from asked join announced using (source)
group by source, entries
having bool_and(coalesce(error, '') in ('http_404', 'http_410')) and not bool_or(is_known)
    and (count(*) >= 2 or count(*) >= entries)
order by source;
