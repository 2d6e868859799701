-- Sources that are silent or failing, and since when nothing new came from them.
select
    source, state, reason, last_run, last_success, last_new_article,
    date_diff('hour', last_new_article, now()) as hours_without_new
from sources
where state in ('silent', 'failing') or last_new_article < now() - interval 2 day
order by last_new_article nulls first
