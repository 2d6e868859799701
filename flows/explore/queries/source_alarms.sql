-- One row per alarm about a source; those that last first.
select kind, since, detail, times_seen, last_seen, over_at
from alarms
where source = $source and ($when is null or since <= $when)
order by over_at is not null, since desc
limit 30
