"""Month names of CLDR, as tasks/extract/signals/months.txt holds them: `python -m benchmarks.extraction.cldr_months`.

One line a month; names folded as `months.fold` does. Abbreviations that mean different months in different languages
("mar", "set", "май") are kept only where all agree, or where `months` decides. Source: CLDR through babel.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel import Locale

from tasks.extract.signals.months import fold

_LANGUAGES = """
    af am ar ar_LB ar_SY ar_MA ar_TN ar_DZ ar_IQ az be bg bn bs ca cs cy da de de_AT el en es et eu fa fi fil fr ga gl
    gu he hi hr hu hy id is it ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nn pa pl pt ro ru si sk sl so sq
    sr sr_Latn sv sw ta te th tr uk ur uz vi zu
"""
TARGET = Path(__file__).parents[2] / "tasks" / "extract" / "signals" / "months.txt"


def main() -> None:
    """Write the file."""
    found: dict[str, set[int]] = defaultdict(set)
    for language in _LANGUAGES.split():
        months = Locale.parse(language).months
        for form in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in months[form][width].items():
                    if (folded := fold(str(name))) and len(folded) > 1 and not any(c.isdigit() for c in folded):
                        found[folded].add(number)
    lines = [
        f"{number} {'|'.join(sorted(name for name, numbers in found.items() if numbers == {number}))}"
        for number in range(1, 13)
    ]
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
