-- One row per quotation in an article's current text.
select position, speaker, verb, quote, char_start, char_end
from quotes
where article_id = $article_id
order by position
