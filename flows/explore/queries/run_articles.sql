-- One row per article that a run loaded or revised.
select outcome, source, url, article_id
from outcomes
where run_id = $run_id and outcome in ('loaded', 'revised')
order by outcome, source, url
limit $rows
