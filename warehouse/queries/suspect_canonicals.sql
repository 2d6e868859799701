-- Canonical addresses that are not believed: how many articles of each source name one that other stories name as well.
-- :days integer = 30  how far back
select
    source, count(*) as articles, count(*) filter (is_suspect) as suspect,
    round(100.0 * count(*) filter (is_suspect) / count(*), 1) as percent,
    max(first_seen) filter (is_suspect) as last_one, max_by(url, first_seen) filter (is_suspect) as example
from (select *, list_contains(coalesce(quality_flags, []), 'canonical_suspect') as is_suspect from articles)
where first_seen > now() - to_days($days)
group by source
having count(*) filter (is_suspect) > 0
order by suspect desc, source
