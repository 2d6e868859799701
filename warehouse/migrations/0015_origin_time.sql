-- A story was first published when its origin was: a member that says a day only began that day before everybody else.

create or replace view cluster_sizes as
-- One row per cluster.
select
    cluster_id, count(*) as articles, count(distinct source) as sources, count(distinct domain) as domains,
    count(distinct lower(agency)) as agencies, any_value(article_id) filter (is_origin) as origin_id,
    any_value(headline) filter (is_origin) as headline, any_value(source) filter (is_origin) as origin_source,
    any_value(url) filter (is_origin) as origin_url, any_value(agency) filter (is_origin) as agency,
    coalesce(any_value(published) filter (is_origin), min(published)) as first_published,
    max(published) as last_published, min(similarity) as least_similarity
from syndicated
group by cluster_id;
comment on view cluster_sizes is 'One row per story that stood more than once: how many articles, outlets and sites, and its origin.';
comment on column cluster_sizes.cluster_id is 'The story; see story_clusters.cluster_id.';
comment on column cluster_sizes.articles is 'Articles with this story.';
comment on column cluster_sizes.sources is 'Sources that ran it.';
comment on column cluster_sizes.domains is 'Sites that ran it.';
comment on column cluster_sizes.agencies is 'Agencies that are credited.';
comment on column cluster_sizes.origin_id is 'The origin''s article_id.';
comment on column cluster_sizes.headline is 'The origin''s headline.';
comment on column cluster_sizes.origin_source is 'The origin''s source.';
comment on column cluster_sizes.origin_url is 'The origin''s address.';
comment on column cluster_sizes.agency is 'The origin''s agency.';
comment on column cluster_sizes.first_published is 'When the origin was published (UTC).';
comment on column cluster_sizes.last_published is 'Latest publication of any member (UTC).';
comment on column cluster_sizes.least_similarity is 'Similarity of the member that is least like another.';

comment on column article_signals.chosen is 'Whether it says what became the value in articles; several signals may.';
comment on column articles.authors is 'Names in the byline, without titles and roles: people, or the desk or agency where it names nobody.';
comment on table mentions is 'One row per named mention in an article''s current text. None for German, whose common nouns have capitals too.';
