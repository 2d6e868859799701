-- One row: the run that ended last.
select run_id, flow, state, started_at, ended_at, flow_run_id, message
from runs
where $when is null or coalesce(ended_at, started_at) <= $when
order by coalesce(ended_at, started_at) desc
limit 1
