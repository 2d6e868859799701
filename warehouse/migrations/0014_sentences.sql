-- Sentences end where one ends: not within 3.75, a.m., U.S., Sen. or 3. März. "a.m. The" counts as no end, in all versions.

create or replace macro sentences(body) as
    -- Points that end nothing become U+E000, ends of sentences and lines U+001E; cut there, and points are points again.
    list_filter(
        list_transform(
            string_split(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            coalesce(body, ''),
                            '(^|[^\p{L}\p{N}])((?:\p{L}\.)*\p{L}|\d{1,2}|Mr|Mrs|Ms|Dr|Prof|St|Sr|Jr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Rev|Hon|Mt|Ft|vs|Inc|Corp|Co|Ltd|Jan|Feb|Mar|Apr|Aug|Sept|Oct|Nov|Dec|Mme|Mlle|Sra|bzw|ca|Nr|Str|Abs)\.',
                            '\1\2' || chr(57344), 'g'
                        ),
                        '([.!?…]["”’»)\]]*)[ \t\x{00A0}]+(["“„‘«(\[]?[\p{Lu}\p{N}])', '\1' || chr(30) || '\2', 'g'
                    ),
                    '\s*\n\s*', chr(30), 'g'
                ),
                chr(30)
            ),
            s -> trim(replace(s, chr(57344), '.'), E' \n\t')
        ),
        s -> s <> ''
    );
