-- One row per site that asked for a pause: the last word decides.
merge into internal.domain_pauses using incoming on domain_pauses.domain = incoming.domain
when matched then update set paused_until = incoming.paused_until, noted_at = incoming.noted_at, seal = incoming.seal
when not matched then insert by name;
