create or replace temp table current_contents as
select number from search_articles as known
where exists (
    from articles where articles.article_id = known.article_id and hash(articles.content_hash) = known.content
);
delete from search_articles where number not in (select number from current_contents);
create or replace temp table sorted_terms as
select * from search_terms semi join current_contents using (number) order by term, number;
delete from search_terms;
insert into search_terms select * from sorted_terms;
drop table sorted_terms;
drop table current_contents;
