"""Words of dates: month names as CLDR has them and as newsrooms shorten them, and offsets of zone abbreviations."""

from __future__ import annotations

import unicodedata
from pathlib import Path

# As newsrooms in the larger western languages write them, with abbreviations that CLDR does not have; where a name
# means two months ("listopada"), the one that news pages mean more often.
_COMMON = """
january jan ene januar januari janvier janv enero gennaio gen janeiro tammikuuta jänner stycznia ocak
february feb februar februari février févr fevrier fev febrero febbraio fevereiro helmikuuta lutego şubat
march mar märz mars marzo março marco maret maart mrt mär maaliskuuta marca mart
april apr avril avr abril abr aprile huhtikuuta kwietnia nisan
may mai mayo maggio mag maio mei toukokuuta maja maj mayıs
june jun juni juin junio giugno giu junho kesäkuuta czerwca haziran
july jul juli juillet juil julio luglio lug julho heinäkuuta lipca temmuz
august aug août aout agosto ago ags agustus elokuuta sierpnia ağustos augusti augustus
september sep sept septembre septiembre settembre set setembro syyskuuta września eylül setiembre
october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta października ekim oktobre
november nov novembre noviembre novembro marraskuuta listopada kasım studenog azaroaren
december dec dezember dez décembre déc decembre diciembre dic dicembre desember des dezembro joulukuuta grudnia aralık
"""
_TABLE = Path(__file__).with_name("months.txt")


def fold(name: str) -> str:
    """A month's name for looking it up: NFKC, case folded, without points."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("\u0307", "")
    return " ".join(folded.replace(".", "").split())


COMMON_MONTHS = {
    fold(name): number for number, line in enumerate(_COMMON.strip().splitlines(), 1) for name in line.split()
}


def _months() -> dict[str, int]:
    found: dict[str, int] = {}
    for line in _TABLE.read_text(encoding="utf-8").splitlines():
        number, _, names = line.partition(" ")
        found |= {name: int(number) for name in names.split("|")}
    return found | COMMON_MONTHS


MONTHS = _months()

# Offsets in minutes. Of an abbreviation with several meanings, the one that news pages mean: IST is India.
ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "bst": 60, "west": 60, "wat": 60, "cet": 60, "mez": 60, "cest": 120,
    "mesz": 120, "eet": 120, "sast": 120, "cat": 120, "eest": 180, "msk": 180, "eat": 180, "ist": 330, "wib": 420,
    "wita": 480, "sgt": 480, "hkt": 480, "wit": 540, "jst": 540, "kst": 540, "acst": 570, "aest": 600, "aedt": 660,
    "nzst": 720, "nzdt": 780, "nst": -210, "ndt": -150, "ast": -240, "adt": -180, "brt": -180, "est": -300,
    "ut": 0, "met": 60, "mest": 120, "idt": 180, "trt": 180, "irst": 210, "gst": 240, "pkt": 300, "ict": 420,
    "myt": 480, "pht": 480, "awst": 480, "acdt": 630, "chst": 600, "hst": -600, "akst": -540, "akdt": -480, "pet": -300,
    "cot": -300, "clt": -240, "art": -180, "uyt": -180,
    "edt": -240, "cst": -360, "cdt": -300, "mst": -420, "mdt": -360, "pst": -480, "pdt": -420,
}  # fmt: skip
# "ET" is EST or EDT: the offset of standard time; an hour more in daylight saving time.
US_ZONES = {"et": -300, "ct": -360, "mt": -420, "pt": -480}
