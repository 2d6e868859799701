-- Syndication: the same story at many outlets is one cluster. Kept up by warehouse.clustering.clusters inside each load transaction.

create table story_clusters (
    cluster_id uuid not null, article_id uuid not null, similarity double not null, is_origin boolean not null,
    first_seen timestamptz not null
);
comment on table story_clusters is 'One row per clustered article: near-duplicates, linked by 0.8 or more Jaccard similarity of 5-word shingles. An article with no near-duplicate, or of under 30 words, has no row.';
comment on column story_clusters.cluster_id is 'The article_id of the member that was seen first; when clusters merge, the older one''s stays.';
comment on column story_clusters.similarity is 'Jaccard similarity to the member most like it, 0.8 to 1; members of a chain can be less alike than that.';
comment on column story_clusters.is_origin is 'One per cluster: the earliest claimed publication among members with agency evidence, or else the member seen first.';
comment on column story_clusters.first_seen is 'When the article was first seen; as in articles.';

create table lsh_index (article_id uuid not null, bands uinteger[24]);
comment on table lsh_index is 'One row per article: its MinHash signature (tasks.understand.signature).';
comment on column lsh_index.bands is 'Articles that agree in one of these, at the same place, are compared exactly; NULL for a text of under 30 words.';

create table agency_outlets (domain varchar not null, agency varchar not null);
comment on table agency_outlets is 'One row per domain at which an agency publishes itself: agency evidence for what stands there.';
insert into agency_outlets values
    ('apnews.com', 'AP'), ('afp.com', 'AFP'), ('reuters.com', 'Reuters'), ('dpa.com', 'dpa'),
    ('dpa-international.com', 'dpa'), ('apa.at', 'APA'), ('keystone-sda.ch', 'sda'), ('sid.de', 'SID'),
    ('kna.de', 'KNA'), ('epd.de', 'epd'), ('efe.com', 'EFE'), ('europapress.es', 'Europa Press'), ('ansa.it', 'ANSA'),
    ('adnkronos.com', 'Adnkronos'), ('lapresse.it', 'LaPresse'), ('agi.it', 'AGI'), ('lusa.pt', 'Lusa'),
    ('ebc.com.br', 'Agência Brasil'), ('pa.media', 'PA'), ('upi.com', 'UPI'), ('thecanadianpress.com', 'CP'),
    ('aap.com.au', 'AAP'), ('ptinews.com', 'PTI'), ('aninews.in', 'ANI'), ('ianslive.in', 'IANS'),
    ('xinhuanet.com', 'Xinhua'), ('news.cn', 'Xinhua'), ('tass.com', 'TASS'), ('tass.ru', 'TASS'),
    ('interfax.ru', 'Interfax'), ('interfax.com.ua', 'Interfax'), ('ukrinform.net', 'Ukrinform'),
    ('ukrinform.ua', 'Ukrinform'), ('aa.com.tr', 'Anadolu'), ('kyodonews.net', 'Kyodo'), ('jiji.com', 'Jiji'),
    ('yna.co.kr', 'Yonhap'), ('belga.be', 'Belga'), ('anp.nl', 'ANP'), ('tt.se', 'TT'), ('ntb.no', 'NTB'),
    ('ritzau.dk', 'Ritzau'), ('stt.fi', 'STT'), ('pap.pl', 'PAP'), ('sanews.gov.za', 'SANews'),
    ('nannews.ng', 'NAN'), ('wam.ae', 'WAM');

create view syndicated as
-- One row per clustered article.
select
    c.cluster_id, c.article_id, a.source, a.headline, a.url, a.domain, coalesce(a.agency, o.agency) as agency, a.dateline,
    a.date_published as published, c.first_seen, c.similarity, c.is_origin
from story_clusters as c
join articles as a using (article_id)
left join agency_outlets as o on o.domain = a.domain;
comment on view syndicated is 'One row per clustered article: where the same story stood, when, and which is its origin.';

create view cluster_sizes as
-- One row per cluster.
select
    cluster_id, count(*) as articles, count(distinct source) as sources, count(distinct domain) as domains,
    count(distinct lower(agency)) as agencies, any_value(article_id) filter (is_origin) as origin_id,
    any_value(headline) filter (is_origin) as headline, any_value(source) filter (is_origin) as origin_source,
    any_value(url) filter (is_origin) as origin_url, any_value(agency) filter (is_origin) as agency,
    min(published) as first_published, max(published) as last_published, min(similarity) as least_similarity
from syndicated
group by cluster_id;
comment on view cluster_sizes is 'One row per story that stood more than once: how many articles, outlets and sites, and its origin.';
