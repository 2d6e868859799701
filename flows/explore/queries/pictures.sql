-- One row per picture of an article.
select position, url, caption, credit
from article_images
where article_id = $article_id
order by position
