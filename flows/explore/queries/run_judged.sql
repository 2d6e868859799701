-- One row per suite and expectation that a run was judged by; what was not met first.
select
    suite, expectation, any_value("column") as "column", severity, bool_and(success) as met, sum(element_count) as rows_judged,
    sum(unexpected_count) as rows_failed, any_value(observed) filter (not success) as observed
from quality_checks
where run_id = $run_id
group by suite, expectation, severity
order by met, severity, suite, expectation
