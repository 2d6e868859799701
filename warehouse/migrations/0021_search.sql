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
