-- Who spoke where nobody is named: "a spokesman for the ministry".

alter table quotes add column speaker_description varchar;
comment on column quotes.speaker_description is 'Who spoke, in the story''s words, where speaker is NULL: a spokesman for the ministry; NULL when nothing is said.';
