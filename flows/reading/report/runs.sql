-- The newest runs.
select
    started_at, flow, state, discovered, loaded, revised, unchanged, duplicate, rejected, skipped, failed, pending, message,
    discovered - loaded - revised - unchanged - duplicate - rejected - skipped - failed - pending as remainder
from runs
order by started_at desc
limit 8
