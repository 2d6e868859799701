-- One row per source: how many of its articles were first seen since then, and since when it is known.
select source, count(*) filter (first_seen > $since) as articles, min(first_seen) as known_since
from articles where source in (select unnest($sources::varchar[])) group by source;
