-- One row per page of a run that was rejected, failed or left out, and why.
select source, outcome, reason, url, capture_id
from outcomes
where run_id = $run_id and outcome in ('rejected', 'failed', 'skipped', 'pending')
order by source, outcome, reason, url
limit $rows
