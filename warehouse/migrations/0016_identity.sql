-- Identity by evidence: the names that an article is known by, and a history in the order of captures.

create table article_addresses (
    article_id uuid not null, url varchar not null, kind varchar not null, source varchar not null,
    first_seen timestamptz not null, url_id uuid not null, run_id uuid
);
comment on table article_addresses is 'One row per article, kind and address that it is known by.';
comment on column article_addresses.article_id is 'The article; see articles.article_id.';
comment on column article_addresses.url is 'The address as it was met; of kind guid, what its feed calls the entry.';
comment on column article_addresses.kind is 'fetched (it answered there), redirect (asked for, and led there), canonical (its identity, or what its page names as such, believed or not) or guid (of its feed).';
comment on column article_addresses.source is 'Source that it was met at.';
comment on column article_addresses.first_seen is 'When it was first met (UTC).';
comment on column article_addresses.url_id is 'First 128 bits of SHA-256 over the identity of the address; of kind guid, over source and guid.';
comment on column article_addresses.run_id is 'The run that wrote the row; see runs. NULL for what an earlier release had.';

alter table discoveries add column if not exists guid varchar;

comment on table article_versions is 'One row per distinct content of an article, numbered in the order in which they were first captured; valid_to is NULL for the current one.';
comment on column article_versions.valid_from is 'Since when this content stood (UTC): first seen then, or back then after another one; the last such time.';
comment on column article_versions.valid_to is 'When another content took its place (UTC); NULL for the current one.';
comment on column article_versions.capture_id is 'The archived response that it was first read from; see captures.';

-- A content that an earlier release wrote twice, or at a time before the version that it followed, finds its place: each
-- content once, in the order of first sight, standing from when it last began until another one began.
create temp table misplaced as
select article_id from article_versions group by article_id
having count(*) <> count(distinct content_hash) or bool_or(valid_to <= valid_from);

create temp table placed as
with once as (
    select article_id, content_hash, min(valid_from) as first_at, max(valid_from) as began, min_by(version, valid_from) as kept
    from article_versions semi join misplaced using (article_id) group by all
)
select *,
    row_number() over (partition by article_id order by first_at, kept) as number,
    lead(began) over (partition by article_id order by began, kept) as ended
from once;

delete from article_versions using placed
where article_versions.article_id = placed.article_id and article_versions.content_hash = placed.content_hash
    and article_versions.version <> placed.kept;
update article_versions set version = number, valid_from = began, valid_to = ended, seal = null
from placed
where article_versions.article_id = placed.article_id and article_versions.content_hash = placed.content_hash;

update articles set
    version = v.version, headline = v.headline, text = v.text, content_hash = v.content_hash, extractor = v.extractor,
    capture_id = v.capture_id, seal = null
from article_versions as v
where v.article_id = articles.article_id and v.valid_to is null and articles.content_hash <> v.content_hash
    and articles.article_id in (from misplaced);
update articles set version = v.version, seal = null
from article_versions as v
where v.article_id = articles.article_id and v.valid_to is null and articles.version <> v.version
    and articles.article_id in (from misplaced);
update articles set
    first_seen = least(articles.first_seen, placed.first_at), last_seen = greatest(articles.last_seen, placed.began)
from (select article_id, min(first_at) as first_at, max(began) as began from placed group by article_id) as placed
where placed.article_id = articles.article_id;
delete from quotes where article_id in (from misplaced);
delete from mentions where article_id in (from misplaced);
drop table misplaced;
drop table placed;

-- What an earlier release knew: the identity, where each article was found, and which addresses led to it. The id of an
-- address that was never in the frontier is made here as tasks.base.urls.identity would make it, but for rare forms.
insert into article_addresses
with met as (
    select article_id, canonical_url as url, 'canonical' as kind, source, first_seen, article_id as url_id from articles
    union all
    select article_id, url, 'fetched', source, first_seen, null from articles
    union all
    select article_id, frontier.url, 'redirect', frontier.source, frontier.first_seen, url_id
    from frontier join articles using (article_id)
    where frontier.url <> articles.url
),
named as (
    select met.* replace (
        coalesce(
            met.url_id,
            (select any_value(url_id) from frontier where frontier.url = met.url),
            cast(left(sha256(regexp_replace(
                regexp_replace(split_part(met.url, '#', 1), '^https?://(www\.)?', 'https://'), '([^/])/+$', '\1'
            )), 32) as uuid)
        ) as url_id
    )
    from met
)
select article_id, any_value(url), kind, any_value(source), min(first_seen), url_id, null
from named group by article_id, kind, url_id;
