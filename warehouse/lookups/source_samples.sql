-- One row per source and day (UTC, of first sight) of the weeks before, and one more per source, with day NULL: the articles
-- that are to be judged, those of the run or, when it brought fewer than five, those of today so far.
-- The day of a source's first article is left out: it brings the backlog. A day with polls and without articles counts.
with seen as (
    select *, cast(first_seen as date) as day from articles
    where first_seen >= $since and source in (select unnest($sources::varchar[]))
),
first as (
    select source, min(cast(first_seen as date)) as day from articles
    where source in (select unnest($sources::varchar[])) group by source
),
usual as (
    select source, mode(date_published_source) as signal from seen where day < cast($now as date) group by source
),
current as (
    select source, count(*) filter (run_id = $run_id and version = 1) >= 5 as by_run from seen group by source
),
judged as (
    select seen.* replace (if(seen.day = cast($now as date), null, seen.day) as day)
    from seen join current using (source)
    where seen.day < cast($now as date) or not by_run or (run_id = $run_id and version = 1)
),
measured as (
    select
        source, day, count(*) as articles,
        avg((len(authors) > 0)::int) as share_with_author,
        avg((date_published is not null)::int) as share_with_date,
        avg((date_published_precision = 'instant')::int) filter (date_published is not null) as share_with_zone,
        avg((section is not null)::int) as share_with_section,
        avg((image_url is not null)::int) as share_with_image,
        avg((date_published_source is not distinct from usual.signal)::int) as share_of_main_date_signal,
        median(word_count) as median_words,
        1.4826 * mad(ln(greatest(word_count, 1))) as spread
    from judged join usual using (source)
    group by source, day
),
decided as (
    select
        source, if(cast(decided_at as date) = cast($now as date), null, cast(decided_at as date)) as day,
        avg((outcome = 'rejected')::int) as share_rejected
    from outcomes
    where decided_at >= $since and outcome in ('loaded', 'revised', 'rejected')
        and source in (select unnest($sources::varchar[]))
    group by all
),
polled as (
    select distinct source, cast(polled_at as date) as day from feed_polls
    where polled_at >= $since and source in (select unnest($sources::varchar[]))
        and cast(polled_at as date) < cast($now as date)
),
days as (select source, day from measured union select source, day from polled),
last_24h as (
    select source, count(*) as articles from articles
    where first_seen > $now::timestamptz - interval 1 day and source in (select unnest($sources::varchar[])) group by source
)
select
    source, days.day, coalesce(measured.articles, 0) as articles, spread, share_with_author, share_with_date,
    share_with_zone, share_with_section, share_with_image, share_of_main_date_signal, share_rejected, median_words,
    if(days.day is null, coalesce(last_24h.articles, 0), coalesce(measured.articles, 0)) as new_articles
from days
join first using (source)
left join measured on measured.source = days.source and measured.day is not distinct from days.day
left join decided on decided.source = days.source and decided.day is not distinct from days.day
left join last_24h on last_24h.source = days.source
where days.day is null or days.day > first.day;
