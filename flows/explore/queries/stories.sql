-- One row per story that more than one outlet ran in the days before; those that most outlets ran first.
with recent as (
    select cluster_id, count(*) as articles, max(first_seen) as last_seen
    from story_clusters
    where $when is null or first_seen <= $when
    group by cluster_id
    having max(first_seen) > coalesce($when, (select max(first_seen) from story_clusters)) - to_days($days)
),
told as (
    select
        cluster_id, count(distinct source) as outlets, count(*) as articles,
        any_value(headline) filter (is_origin) as headline, any_value(source) filter (is_origin) as origin,
        max(agency) as agency, min(coalesce(date_published, a.first_seen)) as first_published,
        max(coalesce(date_published, a.first_seen)) as last_published, list(distinct source order by source) as carried_by
    from story_clusters
    join articles as a using (article_id)
    where cluster_id in (select cluster_id from recent)
    group by cluster_id
)
select cluster_id, headline, origin, agency, outlets, articles, first_published, last_published, carried_by
from told
where outlets > 1
order by outlets desc, articles desc, last_published desc, headline
limit $rows
