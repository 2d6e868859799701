-- Links of the navigation by outlet and not by page (docs/decisions/0022): 83 % of all links, the same on every page.
-- Rows of kind `navigation` in article_links stay for the articles that have them, until these are read again.

alter table articles add column navigation_links integer;
comment on column articles.navigation_links is 'How many links of the outlet''s navigation its page had; where they lead says outlet_links. NULL for articles read before there was that table: theirs are rows of article_links.';

create table outlet_links (
    source varchar not null, url varchar not null, anchor varchar, pages integer not null, first_seen timestamptz not null,
    last_seen timestamptz not null
);
comment on table outlet_links is 'One row per source and target of its navigation: menus, footers, sections.';
comment on column outlet_links.source is 'The source on whose pages it stands.';
comment on column outlet_links.url is 'Where it leads.';
comment on column outlet_links.anchor is 'Its text, as first seen.';
comment on column outlet_links.pages is 'Pages of articles and of their new versions on which it stood, each counted once.';
comment on column outlet_links.first_seen is 'When the first of them was captured (UTC).';
comment on column outlet_links.last_seen is 'When the last of them was captured (UTC).';

comment on table article_links is 'One row per link on the article''s page; kind is body, related or sponsored. The navigation stands in outlet_links.';
comment on column article_links.kind is 'body (in the story), related (teasers), sponsored; navigation for articles read before there was outlet_links.';

insert into outlet_links
select
    source, l.url, arg_min(anchor, first_seen), count(distinct article_id)::integer, min(first_seen), max(last_seen)
from article_links as l join articles using (article_id)
where kind = 'navigation'
group by source, l.url;
