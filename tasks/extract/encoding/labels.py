"""Which encoding a label means: the table of the WHATWG Encoding standard, with Python's codec for each encoding.

labels.txt has a line an encoding: its WHATWG name, Python's codec ("-": none), its labels. The codec is the superset
that browsers use: gbk is gb18030, shift_jis is cp932. Source: https://encoding.spec.whatwg.org/#names-and-labels
"""

from __future__ import annotations

from pathlib import Path

_LINES = [line.split() for line in Path(__file__).with_name("labels.txt").read_text(encoding="ascii").splitlines()]
_CODECS = {name: codec.strip("-") for name, codec, *_ in _LINES}
_NAMES = {label: name for name, _, *labels in _LINES for label in labels}


def encoding_of(label: str) -> str | None:
    """The encoding's WHATWG name in lower case ("windows-1252" for "ISO-8859-1"), None for a label nobody defined."""
    return _NAMES.get(label.strip("\t\n\f\r ").lower())


def codec_of(name: str) -> str:
    """Python's codec for an encoding's WHATWG name; empty for "replacement", which decodes to nothing."""
    return _CODECS[name]
