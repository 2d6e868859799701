-- One row per article of the temporary table to_index: what is searched for, and `mark`, which changes when any of it does.
with
quoted as (
    select article_id, list_sort(list(distinct speaker)) as speakers
    from quotes semi join to_index using (article_id) where speaker is not null group by article_id
),
placed as (
    select article_id, list_sort(list(distinct name)) as places
    from mentions semi join to_index using (article_id) where kind = 'place' group by article_id
)
select
    article_id, source, split_part(lower(language), '-', 1) as language, headline, text, authors, agency, section, keywords,
    speakers, places, epoch_us(coalesce(date_published, first_seen)) // 1000000 as published,
    md5_number_lower(concat_ws(
        chr(31), content_hash, 's', seal, source, epoch_us(coalesce(date_published, first_seen)),
        array_to_string(speakers, chr(30)), 'p', array_to_string(places, chr(30))
    )) as mark
from articles
semi join to_index using (article_id)
left join quoted using (article_id)
left join placed using (article_id)
