-- One row per source and rule that one of its pages fails: how many of its newest pages (at most 50, of two days) do, and
-- how many of those of four weeks before. One more per source for requests that failed.
with decided as (
    select source, url, first_seen as moment, coalesce(quality_flags, []) as rules, 'page' as what
    from articles where first_seen > $now::timestamptz - interval 28 day and list_contains($sources::varchar[], source)
    union all
    select source, url, min(quarantined_at), list(distinct rule), 'page'
    from quarantine
    where quarantined_at > $now::timestamptz - interval 28 day and list_contains($sources::varchar[], source)
    group by source, url, run_id
    union all
    select source, url, started_at, if(outcome = 'failed', ['requests'], []), 'request'
    from fetches
    where kind = 'article' and outcome in ('ok', 'not_modified', 'failed')
        and started_at > $now::timestamptz - interval 28 day and list_contains($sources::varchar[], source)
),
numbered as (
    select *,
        row_number() over (partition by source, what order by moment desc, url) <= 50
            and moment > $now::timestamptz - interval 2 day as is_new
    from decided
),
pages as (
    select source, what, count(*) filter (is_new) as of_new, count(*) filter (not is_new) as of_before
    from numbered group by all
),
failing as (
    select
        source, what, rule, count(*) filter (is_new) as new_failing, count(*) filter (not is_new) as before_failing,
        coalesce(list(url order by moment desc, url) filter (is_new), [])[1:3] as examples
    from (select source, what, url, moment, is_new, unnest(rules) as rule from numbered)
    group by all
)
select source, rule, new_failing, of_new, before_failing, of_before, examples
from failing join pages using (source, what)
order by all;
