-- One row per reason why a page of a source is not here.
select outcome, reason, count(*) as pages, min(url) as example
from outcomes
where source = $source and outcome in ('rejected', 'failed', 'skipped') and ($when is null or decided_at <= $when)
group by outcome, reason
order by pages desc, outcome, reason
limit 40
