-- One row per block that has come back at one of the sources, with the number of the source's articles since.
-- An ASOF join, since comparing every block with every article is quadratic: an outlet has thousands of both.
with asked as (select unnest($sources::varchar[]) as source),
counted as (
    select source, first_seen, count(*) over (
        partition by source order by first_seen desc range between unbounded preceding and current row
    ) as since
    from articles semi join asked using (source)
),
learned as (select source, block, articles, first_seen from internal.outlet_blocks semi join asked using (source) where articles >= $least)
select learned.source, learned.block, learned.articles, coalesce(counted.since, 0) as since
from learned asof left join counted
    on counted.source = learned.source and counted.first_seen >= learned.first_seen;
