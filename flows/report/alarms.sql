-- What wants a person: sources in trouble, and what the newest judgement found that the one before had not.
select 'source ' || state as what, source as subject, reason as detail from sources where state in ('silent', 'failing')
union all
select severity || ', ' || change, suite || ' · ' || expectation, observed from quality_news where change = 'newly not met'
union all
select 'gap in a feed', source, feed_url from feed_gaps where closed_at is null
order by all
limit 40
