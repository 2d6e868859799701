-- One row per article. first_seen, source and url stay what they were when the article was first loaded.
merge into articles using incoming
on articles.article_id = incoming.article_id
when matched then update set
    /* mutable columns */, seal = incoming.seal, removed_at = null
when not matched then insert by name;
