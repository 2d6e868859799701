-- One row per run; the newest first.
select
    run_id, flow, state, started_at, ended_at, discovered, loaded, revised, unchanged, duplicate, rejected, skipped, failed,
    pending, discovered - loaded - revised - unchanged - duplicate - rejected - skipped - failed - pending as remainder,
    message, flow_run_id
from runs
where $when is null or started_at <= $when
order by started_at desc
limit $rows
