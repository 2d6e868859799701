-- One row per article that has all the words, the best first: its row's number and score; excerpts.sql shows them. A word that ends in * stands for all that begin so.
with asked as (
    select position, rtrim(word, '*') as word, ends_with(word, '*') as begins
    from (select unnest($words::varchar[]) as word, generate_subscripts($words::varchar[], 1) as position)
),
exact as (select position, word as term from asked where not begins),
counted as (
    select position, number, in_headline, in_text from search_terms join exact using (term)
    union all
    select position, number, in_headline, in_text
    from search_terms join asked on starts_with(term, word) and begins
    -- Constants, so that of the sorted words only those in between are read: 0.4 s instead of 4.
    where term >= list_min(list_transform(list_filter($words::varchar[], w -> ends_with(w, '*')), w -> rtrim(w, '*')))
        and term < list_max(list_transform(
            list_filter($words::varchar[], w -> ends_with(w, '*')), w -> rtrim(w, '*') || chr(1114111)))
),
hits as (
    select number, position, sum(in_text) + 3 * sum(in_headline) as tf from counted group by number, position
),
whole as (
    select number from hits group by number having count(*) = (select count(*) from asked)
),
size as (select count(*) as n, avg(words) as usual from search_articles),
rarity as (
    select position, ln(1 + (any_value(n) - count(*) + 0.5) / (count(*) + 0.5)) as idf from hits, size group by position
),
scored as (
    select
        known.article_id, known.content,
        sum(idf * tf * 2.2 / (tf + 1.2 * (0.25 + 0.75 * known.words / size.usual))) as score
    from hits
    join whole using (number)
    join rarity using (position)
    join search_articles as known using (number), size
    group by known.article_id, known.content
),
current as (
    select articles.rowid as place, score, coalesce(date_published, articles.first_seen) as published_at, articles.url
    from articles join scored using (article_id)
    where ($since::timestamptz is null or coalesce(date_published, articles.first_seen) >= $since)
        and ($until::timestamptz is null or coalesce(date_published, articles.first_seen) < $until)
        and ($source::varchar is null or source = $source)
        and scored.content = hash(content_hash)
),
-- Texts are read of those only that are shown, or have to be looked through for a phrase: all of a million take 4 s.
matching as (
    select * from current where len($phrases::varchar[]) = 0
    union all
    select current.*
    from current join articles on articles.rowid = place
    where len($phrases::varchar[]) > 0
        and len(list_filter($phrases::varchar[], phrase ->
            not contains(lower(coalesce(headline, '') || ' ' || text), phrase))) = 0
)
select place, score from matching order by score desc, published_at desc, url limit $rows
