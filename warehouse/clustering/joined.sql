-- One row per near-duplicate that stands in a cluster already.
select nodes.number, cluster_id
from story_clusters join nodes using (article_id)
where nodes.number in (select unnest($numbers::bigint[]))
order by nodes.number;
