-- One row per article of which a package brings a version whose number another one has taken since that was decided.
select distinct cast(article_id as varchar) as article_id
from decided_versions
semi join article_versions using (article_id, version)
anti join moved_versions using (article_id, version);
