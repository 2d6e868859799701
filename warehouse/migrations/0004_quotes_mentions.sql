-- What a story's text says of itself: who is quoted, who and what is named.

create table quotes (
    article_id uuid not null, position integer not null, char_start integer not null, char_end integer not null,
    quote varchar not null, speaker varchar, verb varchar
);
comment on table quotes is 'One row per direct quotation (stretch between marks) in an article''s current text.';
comment on column quotes.article_id is 'The article, of whose current version''s text the offsets are.';
comment on column quotes.position is 'From 0, in the order of the text.';
comment on column quotes.char_start is 'Code points before it: substr(text, char_start + 1, char_end - char_start) is the quotation.';
comment on column quotes.char_end is 'Code points up to its end, closing mark not included.';
comment on column quotes.quote is 'The words between the marks as they stand in the text.';
comment on column quotes.speaker is 'Fullest name in the text up to there; NULL when nobody is named or more than one can be meant.';
comment on column quotes.verb is 'Verb of speech as written, lower case: said, told, according to; NULL when there is none.';

create table mentions (
    article_id uuid not null, kind varchar not null, name varchar not null, char_start integer not null,
    char_end integer not null
);
comment on table mentions is 'One row per named mention in an article''s current text.';
comment on column mentions.article_id is 'The article, of whose current version''s text the offsets are.';
comment on column mentions.kind is 'person, organization or place.';
comment on column mentions.name is 'Fullest form of the name in the text: "Hale" further down is "Nora Hale" here.';
comment on column mentions.char_start is 'Code points before it: substr(text, char_start + 1, char_end - char_start) is what stands there.';
comment on column mentions.char_end is 'Code points up to its end.';
