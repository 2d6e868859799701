-- `dateline verify` vouches for the navigation of outlets, as for what else analysts ask.

alter table outlet_links add column seal ubigint;
comment on column outlet_links.seal is 'Hash of the row as it was written, for `dateline verify`.';
