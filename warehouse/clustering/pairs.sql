-- One row per pair to compare; two seeds only once.
select cast(candidates.seed as bigint) as seed, cast(nodes.number as bigint) as candidate
from candidates join nodes using (article_id)
where candidates.seed < nodes.number;
