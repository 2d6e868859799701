-- One row per period and group: how many of its articles were found; periods without any in between are rows too.
with
grouped as (
    select date_trunc($unit, {day})::date as period, {group} as name, articles.article_id
    from articles {join}
    where ($since::timestamptz is null or coalesce(date_published, first_seen) >= $since)
        and ($until::timestamptz is null or coalesce(date_published, first_seen) < $until)
        and ($sources::varchar[] is null or source in (select unnest($sources::varchar[])))
),
found as (select article_id from search_hits where asked = $asked),
counted as (
    select period, name, count(*) as all_articles, count(found.article_id) as articles
    from grouped left join found using (article_id) group by all
),
span as (
    select
        coalesce(min(period) filter (articles > 0), min(period)) as first, max(period) as last from counted
),
periods as (
    select unnest(generate_series(first, last, to_{unit}s(1)))::date as period from span where first is not null
),
names as (select name from counted group by name having sum(articles) > 0 or not $is_grouped)
select
    period, name, coalesce(articles, 0) as articles, coalesce(all_articles, 0) as all_articles,
    round(articles / all_articles, 6) as share
from periods cross join names left join counted using (period, name)
order by period, name
