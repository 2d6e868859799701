-- One row per pair to compare; two seeds only once.
select candidates.seed, nodes.number as candidate
from candidates join nodes using (article_id)
where candidates.seed < nodes.number;
