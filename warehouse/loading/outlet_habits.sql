-- One row per source and habit; each package brings how many new articles show it.
merge into internal.outlet_habits using (
    select source, habit, value, sum(articles)::integer as articles, min(first_seen) as first_seen,
        max(last_seen) as last_seen
    from incoming group by source, habit, value
) as fresh on outlet_habits.source = fresh.source and outlet_habits.habit = fresh.habit and outlet_habits.value = fresh.value
when matched then update set
    articles = outlet_habits.articles + fresh.articles, first_seen = least(outlet_habits.first_seen, fresh.first_seen),
    last_seen = greatest(outlet_habits.last_seen, fresh.last_seen)
when not matched then insert by name;
