-- Headlines that were changed after publication, newest first.
-- :days integer = 7  how far back
-- :source text = NULL  one source only
select revised_at, source, headline_before, headline_after, version, url
from revisions
where headline_before is distinct from headline_after and revised_at > now() - to_days($days)
    and ($source is null or source = $source)
order by revised_at desc
