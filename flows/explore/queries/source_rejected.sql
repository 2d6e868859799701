-- One row per page of a source that was rejected; the newest first.
select quarantined_at, rule, observed, severity, url, resolved_at, resolution, attempts, capture_id
from quarantine
where source = $source and ($when is null or quarantined_at <= $when)
order by quarantined_at desc, url
limit $rows
