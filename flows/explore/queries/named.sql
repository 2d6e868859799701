-- One row per person, organization or place that an article's current text names.
select kind, name, count(*) as times, min(char_start) as first_at
from mentions
where article_id = $article_id
group by kind, name
order by kind, times desc, name
