-- One row: a run.
select
    run_id, flow, state, started_at, ended_at, discovered, loaded, revised, unchanged, duplicate, rejected, skipped, failed,
    pending, discovered - loaded - revised - unchanged - duplicate - rejected - skipped - failed - pending as remainder,
    message, flow_run_id
from runs
where run_id = $run_id
