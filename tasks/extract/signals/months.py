"""Words of dates: month names as CLDR has them and as newsrooms shorten them, and offsets of zone abbreviations."""

from __future__ import annotations

import unicodedata
from pathlib import Path

# As newsrooms in the larger western languages write them, with abbreviations that CLDR does not have; where a name
# means two months ("listopada"), the one that news pages mean more often.
_HERE = Path(__file__).parent


def fold(name: str) -> str:
    """A month's name for looking it up: NFKC, case folded, without points."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("\u0307", "")
    return " ".join(folded.replace(".", "").split())


COMMON_MONTHS = {
    fold(name): number
    for number, line in enumerate((_HERE / "months_common.txt").read_text(encoding="utf-8").splitlines(), 1)
    for name in line.split()
}


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in (_HERE / "months.txt").read_text(encoding="utf-8").splitlines():
        number, _, names = line.partition(" ")
        found |= {name: int(number) for name in names.split("|")}
    return found | COMMON_MONTHS


def _beginnings() -> dict[str, int]:
    found: dict[str, set[int]] = {}
    for name, number in MONTHS.items():
        if len(name) >= BEGINNING:
            found.setdefault(name[:BEGINNING], set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


MONTHS = _months()
BEGINNING = 6  # letters by which a month is known in a case that CLDR does not have
BEGINNINGS = _beginnings()

# Offsets in minutes. Of an abbreviation with several meanings, the one that news pages mean: IST is India.
ZONES = {
    name: int(minutes)
    for name, minutes in map(str.split, (_HERE / "zones.txt").read_text(encoding="utf-8").splitlines())
}
# "ET" is EST or EDT: the offset of standard time; an hour more in daylight saving time.
US_ZONES = {"et": -300, "ct": -360, "mt": -420, "pt": -480}
