-- One row per alarm: what is or was wrong with a source, since when; those that last first.
select source, kind, since, detail, examples, times_seen, last_seen, last_told, over_at, run_id
from alarms
where $when is null or since <= $when
order by over_at is not null, since desc, source, kind
limit $rows
