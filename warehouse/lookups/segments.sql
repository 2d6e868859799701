-- One row per segment of the archive that captures name.
select distinct warc_file from captures where warc_file is not null;
