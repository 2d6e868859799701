-- Up to $limit current contents that are not in the index, numbered.
create or replace temp table fresh_contents as
with unknown as (
    select articles.rowid as place
    from articles
    anti join search_articles as known
        on known.article_id = articles.article_id and known.content = hash(articles.content_hash)
    limit $limit
)
select
    cast(nextval('search_numbers') as integer) as number, article_id, hash(content_hash) as content,
    search_words(headline) as headline_words, search_words(text) as text_words
from articles join unknown on articles.rowid = unknown.place;
