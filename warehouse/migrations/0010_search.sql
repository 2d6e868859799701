-- Full-text search: an inverted index, brought up to date at the end of each run with what the run changed.

create macro search_words(body) as
    -- Words in scripts that put blanks between them, single letters in those that do not (Han, Kana, Thai).
    list_filter(
        regexp_extract_all(
            lower(strip_accents(coalesce(body, ''))),
            '[\p{Latin}\p{Greek}\p{Cyrillic}\p{Arabic}\p{Hebrew}\p{Devanagari}\p{Hangul}\p{N}\p{M}]+|\p{L}'
        ),
        word -> length(word) <= 40
    );

create sequence search_numbers;
create table search_articles (
    number integer not null, article_id uuid not null, content ubigint not null, words integer not null
);
comment on table search_articles is 'One row per content that has been indexed for search; contents that are no longer current are passed over.';
comment on column search_articles.number is 'Its number in search_terms.';
comment on column search_articles.article_id is 'The article; see articles.article_id.';
comment on column search_articles.content is 'Hash of the indexed headline and text.';
comment on column search_articles.words is 'Words of headline and text.';

create table search_terms (
    term varchar not null, number integer not null, in_headline usmallint not null, in_text usmallint not null
);
comment on table search_terms is 'One row per word and indexed content: the inverted index of `dateline search`.';
comment on column search_terms.term is 'The word, lower case and without accents.';
comment on column search_terms.number is 'The content; see search_articles.number.';
comment on column search_terms.in_headline is 'How often it stands in the headline.';
comment on column search_terms.in_text is 'How often it stands in the text.';
