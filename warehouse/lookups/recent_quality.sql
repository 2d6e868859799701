-- One row per run, suite and expectation of the newest judged runs, oldest first; change as in quality_history.
with recent as (
    select run_id, max(checked_at) as judged_at from quality_checks group by run_id order by judged_at desc limit $runs
),
by_run as (
    select
        cast(run_id as varchar) as run_id, judged_at, suite, expectation, any_value(severity) as severity,
        max(checked_at) as checked_at, bool_and(success) as success, sum(element_count) as element_count,
        sum(unexpected_count) as unexpected_count, max(observed) filter (not success) as observed
    from quality_checks join recent using (run_id)
    group by all
)
select
    * exclude (before),
    case
        when success and before is false then 'met again'
        when not success and before is not false then 'newly not met'
        when not success then 'still not met'
    end as change
from (select *, lag(success) over (partition by suite, expectation order by judged_at) as before from by_run)
order by judged_at, run_id, suite, expectation;
