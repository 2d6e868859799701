-- Boilerplate learned per outlet: the blocks of its articles, and in how many of them each has been seen.

create table outlet_blocks (
    source varchar not null, block ubigint not null, articles integer not null, first_seen timestamptz not null,
    last_seen timestamptz not null, sample varchar
);
comment on table outlet_blocks is 'One row per source and block: a paragraph, known by a hash, and how often it came.';
comment on column outlet_blocks.block is '64 bits of BLAKE2b over the normalised paragraph, its numbers blanked.';
comment on column outlet_blocks.articles is 'Articles in which it has been seen, each counted once.';
comment on column outlet_blocks.sample is 'Its first 200 characters, as first seen.';

create view boilerplate as
-- One row per source and block that has been seen often enough to be taken out of bodies.
select source, articles, sample, first_seen, last_seen from outlet_blocks where articles >= 3;
comment on view boilerplate is 'Blocks that recur across the articles of an outlet; see tasks/decide/boilerplate.py for what is removed.';
