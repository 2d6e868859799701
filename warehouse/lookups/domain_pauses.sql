-- One row per site that is not to be asked yet.
select domain, paused_until from internal.domain_pauses where paused_until > $now;
