-- What outlets do on every page: names and parts of names in their bylines, and their clocks (tasks/base/habits.py).

create table internal.outlet_habits (
    source varchar not null, habit varchar not null, value varchar not null, articles integer not null,
    first_seen timestamptz not null, last_seen timestamptz not null
);
comment on table internal.outlet_habits is 'One row per source and thing that its articles show of its habits, and how many of them do.';
comment on column internal.outlet_habits.source is 'Short name of the source, as in dateline.toml; the site''s domain for pages of no source.';
comment on column internal.outlet_habits.habit is 'signed (it names authors), byline (a name), alone (a name that was the only one), clock (minutes ahead of UTC, by week).';
comment on column internal.outlet_habits.value is 'The name as it was read; the Sunday that begins the week, and the minutes.';
comment on column internal.outlet_habits.articles is 'New articles that showed it, each counted once.';
comment on column internal.outlet_habits.first_seen is 'When the first of them was captured (UTC).';
comment on column internal.outlet_habits.last_seen is 'When the last of them was captured (UTC).';

-- What is known of the articles that are there: their names. Of clocks nothing is: what their pages revealed was not kept.
insert into internal.outlet_habits
select source, 'byline', name, count(*)::integer, min(first_seen), max(first_seen)
from (select distinct article_id, source, first_seen, unnest(authors) as name from articles)
where length(name) <= 80
group by source, name
union all
select source, 'signed', '', count(*)::integer, min(first_seen), max(first_seen)
from articles where len(authors) > 0 group by source
union all
select source, 'alone', authors[1], count(*)::integer, min(first_seen), max(first_seen)
from articles where len(authors) = 1 and length(authors[1]) <= 80 group by source, authors[1];
