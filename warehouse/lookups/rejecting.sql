-- One row per source that brought pages in this run and no article, now or ever: each page was rejected.
select outcomes.source, count(*) as pages, mode(coalesce(outcomes.reason, 'no rule')) as why
from outcomes
where outcomes.run_id = $run_id and outcome not in ('skipped', 'pending', 'failed', 'duplicate')
    and outcomes.source not in (select source from articles)
group by outcomes.source
having count(*) >= 2 and bool_and(outcome = 'rejected')
order by outcomes.source;
