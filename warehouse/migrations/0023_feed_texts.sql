-- What feeds say besides: the text of a story whose page does not show it, and other forms of an address.

create table feed_texts (capture_id uuid not null, content varchar not null, run_id uuid);
comment on table feed_texts is 'One row per capture of a page that is walled, gone or cut off, and whose text was taken from its feed.';
comment on column feed_texts.capture_id is 'The archived response; see captures.';
comment on column feed_texts.content is 'The text as the feed gave it: HTML.';
comment on column feed_texts.run_id is 'The run that wrote the row; see runs.';

create table internal.address_forms (article_id uuid not null, url_id uuid not null, run_id uuid);
comment on table internal.address_forms is 'One row per article and address that its own may be another form of: that of a print, phone or AMP page.';
comment on column internal.address_forms.article_id is 'The article; see articles.article_id.';
comment on column internal.address_forms.url_id is 'First 128 bits of SHA-256 over the identity of the address; see article_addresses.';
comment on column internal.address_forms.run_id is 'The run that wrote the row; see runs.';
