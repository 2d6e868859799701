-- One row per source of which run $run_id wrote articles on whose pages none of its `select` found words: how many, of how many.
select source, count(*) filter (list_contains(quality_flags, 'select_unmatched')) as unmatched, count(*) as articles
from articles
where run_id = $run_id
group by source
having unmatched > 0
order by source;
