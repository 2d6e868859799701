-- One person, one spelling within an article: "Solberg", "Mayor Solberg" and "Ingrid Solberg" are Ingrid Solberg.

alter table mentions add column entity varchar;
comment on column mentions.entity is 'Who or what is meant, in one spelling throughout the article: its fullest name, as written first. NULL for articles read before there was that column.';
