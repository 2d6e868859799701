-- What the newest judged run changed: expectations newly not met, or met again, and sources in trouble.
select suite, expectation, severity, change, unexpected_count as failing, observed from quality_news
union all
select source, 'source ' || state, 'warning', state, NULL, reason from sources where state in ('silent', 'failing')
order by 3, 1, 2
