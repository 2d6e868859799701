-- What wants a person: sources in trouble, and what the newest judgement found that the one before had not.
select 'source ' || state as what, source as subject, reason as detail from sources where state in ('silent', 'failing')
union all
select severity || ', ' || change, suite || ' · ' || expectation, observed from quality_news as now
where change = 'newly not met' and exists (
    from quality_history as b
    where b.suite = now.suite and b.expectation = now.expectation and b.checked_at < now.checked_at
)
union all
select 'gap in a feed', source, feed_url from feed_gaps where closed_at is null
order by all
limit 40
