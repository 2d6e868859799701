-- One row per source of a run: what was discovered, and what became of it; the remainder is zero.
with found as (
    select source, count(*) as discovered from discoveries where run_id = $run_id group by source
),
came as (
    select
        source, count(*) filter (outcome = 'loaded') as loaded, count(*) filter (outcome = 'revised') as revised,
        count(*) filter (outcome = 'unchanged') as unchanged, count(*) filter (outcome = 'duplicate') as duplicate,
        count(*) filter (outcome = 'rejected') as rejected, count(*) filter (outcome = 'skipped') as skipped,
        count(*) filter (outcome = 'failed') as failed, count(*) filter (outcome = 'pending') as pending,
        count(*) as accounted_for
    from outcomes where run_id = $run_id group by source
)
select
    source, coalesce(discovered, 0) as discovered, coalesce(loaded, 0) as loaded, coalesce(revised, 0) as revised,
    coalesce(unchanged, 0) as unchanged, coalesce(duplicate, 0) as duplicate, coalesce(rejected, 0) as rejected,
    coalesce(skipped, 0) as skipped, coalesce(failed, 0) as failed, coalesce(pending, 0) as pending,
    coalesce(discovered, 0) - coalesce(accounted_for, 0) as remainder
from found full join came using (source)
order by source
