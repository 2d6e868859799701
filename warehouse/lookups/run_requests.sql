-- One row per request of a run, with the digest of what it brought.
select
    fetches.source, fetches.url, fetches.kind, fetches.outcome, fetches.error, fetches.status, fetches.elapsed_ms,
    fetches.body_bytes, brought.digest
from fetches
left join (
    select requested_url as url, any_value(digest) as digest from captures where run_id = $run_id group by requested_url
) as brought on brought.url = fetches.url and fetches.kind = 'article'
where fetches.run_id = $run_id;
