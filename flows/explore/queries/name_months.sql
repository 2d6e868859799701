-- One row per month: articles that name a person, an organization or a place, and at how many outlets.
select
    cast(date_trunc('month', coalesce(date_published, first_seen)) as date) as month, count(*) as articles,
    count(distinct source) as outlets
from articles
where article_id in (select article_id from mentions where name = $name and kind = $kind)
    and ($when is null or first_seen <= $when)
group by month
order by month
