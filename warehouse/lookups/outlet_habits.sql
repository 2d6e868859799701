-- One row per source and habit, with the number of articles that showed it; of each kind the last that were seen.
with asked as (select unnest($sources::varchar[]) as source)
select source, habit, value, articles
from internal.outlet_habits semi join asked using (source)
qualify row_number() over (partition by source, habit order by last_seen desc, value) <= 500
