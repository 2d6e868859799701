-- An inventory: what `dateline verify` compares the tables with, to name rows that are gone, or stand elsewhere.

create schema if not exists internal;

create table internal.inventory (table_name varchar not null, row_count bigint not null);
comment on table internal.inventory is 'One row per table that packages are loaded into: how many rows it had after the last one.';
comment on column internal.inventory.table_name is 'The table.';
comment on column internal.inventory.row_count is 'Its rows.';

create table internal.article_companions (
    article_id uuid not null, article_images ubigint, article_links ubigint, article_dates ubigint, article_signals ubigint,
    quotes ubigint, mentions ubigint
);
comment on table internal.article_companions is 'One row per article: a hash over its rows of each companion table, as they were loaded.';
comment on column internal.article_companions.article_id is 'The article; see articles.article_id.';
comment on column internal.article_companions.article_images is 'Of its rows in article_images; NULL when there are none.';
comment on column internal.article_companions.article_links is 'Of its rows in article_links.';
comment on column internal.article_companions.article_dates is 'Of its rows in article_dates.';
comment on column internal.article_companions.article_signals is 'Of its rows in article_signals.';
comment on column internal.article_companions.quotes is 'Of its rows in quotes.';
comment on column internal.article_companions.mentions is 'Of its rows in mentions.';

alter table fetches add column seal ubigint;
alter table feed_polls add column seal ubigint;
alter table quality_checks add column seal ubigint;
alter table quarantine add column seal ubigint;
alter table sources add column seal ubigint;
alter table story_clusters add column seal ubigint;
comment on column fetches.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column feed_polls.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column quality_checks.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column quarantine.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column sources.seal is 'Hash of the row as it was written, for `dateline verify`.';
comment on column story_clusters.seal is 'Hash of the row as it was written, for `dateline verify`.';
