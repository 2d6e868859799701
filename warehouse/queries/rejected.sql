-- What is in quarantine: pages by rule and source, with the newest of each.
-- :days integer = 30  how far back
select rule, source, count(*) as pages, max(quarantined_at) as newest, arg_max(url, quarantined_at) as example
from quarantine
where resolved_at is null and quarantined_at > now() - to_days($days)
group by rule, source
order by pages desc, rule, source
