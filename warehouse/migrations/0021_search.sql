-- The search index is an engine's, in the folder index/; here stands which of its generations belongs to this file.
drop table search_terms;
drop table search_articles;
drop sequence search_numbers;
drop macro search_words;

create schema if not exists internal;
create table internal.search_index (generation varchar not null, made_at timestamptz not null);
comment on table internal.search_index is 'One row: the folder of index/ that holds the search index of just this file.';
comment on column internal.search_index.generation is 'Name of the folder.';
comment on column internal.search_index.made_at is 'When it was made (UTC).';

create table internal.search_pending (article_id uuid not null, run_id uuid not null);
comment on table internal.search_pending is 'One row per article and package that loaded it since the search index was made; empty in what is published.';
comment on column internal.search_pending.article_id is 'The article.';
comment on column internal.search_pending.run_id is 'The run that loaded it.';

create table source_collections (source varchar not null, collection varchar not null);
comment on table source_collections is 'One row per source and collection that it belongs to, as dateline.toml says.';
comment on column source_collections.source is 'The source.';
comment on column source_collections.collection is 'A name that stands for all its sources, wherever a source can be named.';

create table watches (
    name varchar not null, query varchar not null, channels varchar[] not null, created_at timestamptz not null,
    last_run timestamptz
);
comment on table watches is 'One row per standing query: `dateline watch`.';
comment on column watches.name is 'What its owner calls it.';
comment on column watches.query is 'A search; the language is that of `dateline search`.';
comment on column watches.channels is 'How it tells: event, webhook, mail, feed. Addresses are in state/watches.json, not here.';
comment on column watches.created_at is 'When it was added (UTC): what was loaded before is not told.';
comment on column watches.last_run is 'When it was last compared with what was new (UTC).';

create table watch_hits (
    name varchar not null, article_id uuid not null, run_id uuid, matched_at timestamptz not null, told_at timestamptz,
    told varchar[] not null
);
comment on table watch_hits is 'One row per watch and article that it found: each is told once.';
comment on column watch_hits.name is 'The watch.';
comment on column watch_hits.article_id is 'The article.';
comment on column watch_hits.run_id is 'The run that brought it.';
comment on column watch_hits.matched_at is 'When it was found (UTC).';
comment on column watch_hits.told_at is 'When all channels of the watch had told it (UTC); NULL until then.';
comment on column watch_hits.told is 'The channels that have told it.';
