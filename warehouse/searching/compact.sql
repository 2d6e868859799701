-- The words of the contents from $first to $last, of those that are current, sorted.
delete from search_articles where number between $first and $last and number in (from dead_contents);
create or replace temp table sorted_terms as
select * from search_terms
where number between $first and $last and number in (select number from search_articles where number between $first and $last)
order by term, number;
delete from search_terms where number between $first and $last;
insert into search_terms select * from sorted_terms;
drop table sorted_terms;
