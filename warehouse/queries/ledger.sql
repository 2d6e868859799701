-- The ledger of the last runs: what was discovered and what became of it, by source; remainder is zero.
-- :runs integer = 3  how many runs
select r.started_at, r.flow, l.* exclude (run_id)
from ledger as l
join (select * from runs order by started_at desc limit $runs) as r using (run_id)
order by r.started_at desc, l.discovered desc, l.source
