-- One row per expectation that the newest judged run meets and the one before did not, or the other way round.
select severity, change, suite, expectation, observed, unexpected_count, element_count, checked_at, run_id
from quality_news
order by change, severity, suite, expectation
limit 100
