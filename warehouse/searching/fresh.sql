-- The current contents that are not in the index, numbered.
create or replace temp table fresh_contents as
select cast(nextval('search_numbers') as integer) as number, *
from (
    select article_id, hash(headline, text) as content, search_words(headline) as headline_words,
        search_words(text) as text_words
    from articles
    where not exists (
        from search_articles as known
        where known.article_id = articles.article_id and known.content = hash(articles.headline, articles.text)
    )
);
