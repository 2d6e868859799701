-- One row per segment of the archive that captures name, with the byte behind the last of them.
select warc_file, max(warc_offset + warc_length) as ends from captures where warc_file is not null group by all;
