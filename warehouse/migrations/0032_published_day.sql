-- The day as outlets date their articles, beside the instant; filled for articles that are there from what is kept of their pages.

alter table articles add column published_day date;
comment on column articles.published_day is 'The day as the outlet dates it: in the zone that its own signal states, or that it is printed in beside the headline; NULL when nothing believable names a day.';

create temp table sound as
select article_id from articles
where seal = md5_number_lower(concat_ws(chr(31),
    'agency=' || cast("agency" as varchar), 'alternative_headline=' || cast("alternative_headline" as varchar),
    'article_id=' || cast("article_id" as varchar), 'authors=' || array_to_string("authors", chr(30)),
    'canonical_url=' || cast("canonical_url" as varchar), 'capture_id=' || cast("capture_id" as varchar),
    'content_hash=' || cast("content_hash" as varchar), 'date_modified=' || epoch_us("date_modified"),
    'date_published=' || epoch_us("date_published"),
    'date_published_precision=' || cast("date_published_precision" as varchar),
    'date_published_source=' || cast("date_published_source" as varchar),
    'dateline=' || cast("dateline" as varchar), 'description=' || cast("description" as varchar),
    'domain=' || cast("domain" as varchar), 'extractor=' || cast("extractor" as varchar),
    'headline=' || cast("headline" as varchar), 'image_url=' || cast("image_url" as varchar),
    'is_accessible_for_free=' || cast("is_accessible_for_free" as varchar),
    'keywords=' || array_to_string("keywords", chr(30)), 'language=' || cast("language" as varchar),
    'navigation_links=' || cast("navigation_links" as varchar), 'page_kind=' || cast("page_kind" as varchar),
    'quality_flags=' || array_to_string("quality_flags", chr(30)), 'run_id=' || cast("run_id" as varchar),
    'section=' || cast("section" as varchar), 'text=' || cast("text" as varchar),
    'version=' || cast("version" as varchar), 'word_count=' || cast("word_count" as varchar)));

create temp table told as
-- One row per dated article: the chosen claim, how far its clock is ahead of UTC, and the days that others name alone.
select
    article_id, any_value(date_published) as instant, any_value(date_published_precision) as precision,
    any_value(raw) filter (chosen) as raw,
    regexp_extract(any_value(raw) filter (chosen), ':\d\d(?:\.\d+)?\s*([+-]\d\d):?(\d\d)\b', ['hours', 'minutes']) as ahead,
    list(distinct cast(d.instant as date)) filter (
        d.precision = 'day'
        and cast(d.instant as date) between cast(date_published - interval 12 hours as date)
            and cast(date_published + interval 14 hours as date)
    ) as days
from articles join article_dates as d using (article_id)
where role = 'published' and date_published is not null
    and coalesce(date_published_precision, 'none') not in ('month', 'year', 'none')
group by article_id;

update articles set published_day = case
    when told.precision = 'day' then cast(told.instant as date)
    when ahead.hours not in ('', '+00', '-00') or told.precision = 'local' then
        coalesce(try_cast(regexp_extract(told.raw, '^\d{4}-\d\d-\d\d') as date), cast(told.instant + to_minutes(
            60 * coalesce(try_cast(ahead.hours as integer), 0)
            + if(left(ahead.hours, 1) = '-', -1, 1) * coalesce(try_cast(ahead.minutes as integer), 0)
        ) as date))
    when len(told.days) = 1 then told.days[1]
    else cast(told.instant as date)
end
from told where told.article_id = articles.article_id;

update articles set seal = md5_number_lower(concat_ws(chr(31),
    'agency=' || cast("agency" as varchar), 'alternative_headline=' || cast("alternative_headline" as varchar),
    'article_id=' || cast("article_id" as varchar), 'authors=' || array_to_string("authors", chr(30)),
    'canonical_url=' || cast("canonical_url" as varchar), 'capture_id=' || cast("capture_id" as varchar),
    'content_hash=' || cast("content_hash" as varchar), 'date_modified=' || epoch_us("date_modified"),
    'date_published=' || epoch_us("date_published"),
    'date_published_precision=' || cast("date_published_precision" as varchar),
    'date_published_source=' || cast("date_published_source" as varchar),
    'dateline=' || cast("dateline" as varchar), 'description=' || cast("description" as varchar),
    'domain=' || cast("domain" as varchar), 'extractor=' || cast("extractor" as varchar),
    'headline=' || cast("headline" as varchar), 'image_url=' || cast("image_url" as varchar),
    'is_accessible_for_free=' || cast("is_accessible_for_free" as varchar),
    'keywords=' || array_to_string("keywords", chr(30)), 'language=' || cast("language" as varchar),
    'navigation_links=' || cast("navigation_links" as varchar), 'page_kind=' || cast("page_kind" as varchar),
    'published_day=' || cast("published_day" as varchar),
    'quality_flags=' || array_to_string("quality_flags", chr(30)), 'run_id=' || cast("run_id" as varchar),
    'section=' || cast("section" as varchar), 'text=' || cast("text" as varchar),
    'version=' || cast("version" as varchar), 'word_count=' || cast("word_count" as varchar)))
where published_day is not null and article_id in (from sound);

drop table told;
drop table sound;
