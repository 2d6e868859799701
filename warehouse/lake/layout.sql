-- How a lake keeps its files; run after its migrations, and harmless when run again. Only what readers ask by time and
-- grows without end is partitioned: a package touches the months of its articles, and each partition of each table is a file.
alter table articles set partitioned by (year(first_seen), month(first_seen));
alter table article_versions set partitioned by (year(valid_from), month(valid_from));
call lake.set_option('parquet_compression', 'zstd');
