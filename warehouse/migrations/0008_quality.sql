-- What became of each expectation, run by run.

create view quality_history as
-- One row per run, suite and expectation; `change` says what is different from the run before that was judged by it.
with by_run as (
    select
        run_id, suite, expectation, any_value(severity) as severity, max(checked_at) as checked_at,
        bool_and(success) as success, sum(element_count) as element_count, sum(unexpected_count) as unexpected_count,
        max(observed) filter (not success) as observed
    from quality_checks group by all
)
select
    by_run.* exclude (before),
    case
        when success and before is false then 'met again'
        when not success and before is not false then 'newly not met'
        when not success then 'still not met'
    end as change
from (
    select *, lag(success) over (partition by suite, expectation order by checked_at) as before from by_run
) as by_run;
comment on view quality_history is 'One row per run, suite and expectation: whether it was met, and what changed since the run before.';
comment on column quality_history.change is 'newly not met, still not met, met again, or NULL: met as before.';

create view quality_news as
-- What the newest judged run changed: expectations newly not met, or met again.
select suite, expectation, severity, change, element_count, unexpected_count, observed, checked_at, run_id
from quality_history
where run_id = (select arg_max(run_id, checked_at) from quality_checks) and change in ('newly not met', 'met again');
comment on view quality_news is 'Expectations that the newest judged run meets and the one before did not, or the other way round.';
