"""Bytes to text, against html5lib's cases where they are at hand, and the awkward ones by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tasks.extract.encoding.charset import decode, sniff
from tasks.extract.encoding.labels import codec_of, encoding_of

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpora" / "charset-html5lib" / "encoding"


def corpus_cases() -> list[tuple[bytes, str]]:
    cases = []
    for file in sorted(CORPUS.glob("*.dat")):
        for block in re.split(rb"(?:^|\n)#data\n", file.read_bytes())[1:]:
            data, _, wanted = block.partition(b"\n#encoding\n")
            cases.append((data, wanted.split(b"\n")[0].decode().strip().lower()))
    return cases


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpora are not beside this checkout")
def test_html5lib_cases() -> None:
    declared = [case for case in corpus_cases() if case[1] != "windows-1252"]
    right = [sniff(data, None)[0] == encoding_of(wanted) for data, wanted in declared]
    assert len(right) == 47
    assert sum(right) >= 44


@pytest.mark.parametrize(
    ("body", "content_type", "wanted"),
    [
        ("naïve — €".encode("cp1252"), "text/html; charset=ISO-8859-1", "naïve — €"),
        ("naïve — €".encode(), "text/html; charset=iso-8859-1", "naïve — €"),
        ("Жизнь".encode("cp1251"), 'text/html; charset="windows-1251"', "Жизнь"),
        ("日本".encode("shift_jis"), "text/html;charset=x-sjis", "日本"),
        ("\ufeffünï".encode(), "text/html; charset=iso-8859-1", "ünï"),
        ("ünï".encode("utf-16"), None, "ünï"),
        ("plain ünï".encode(), None, "plain ünï"),
        ("plain ünï".encode("latin-1"), None, "plain ünï"),
        ("ünï".encode(), "text/html; charset=nobody-knows", "ünï"),
        ('<meta http-equiv=Content-Type content="text/html; charset=koi8-r">Жизнь'.encode("koi8-r"), None, "Жизнь"),
        ('<?xml version="1.0" encoding="iso-8859-2"?>Łódź'.encode("iso8859-2"), None, "Łódź"),
        ('<!-- <meta charset=koi8-r> --><meta charset="gb2312">汉字'.encode("gbk"), None, "汉字"),
    ],
)
def test_decode(body: bytes, content_type: str | None, wanted: str) -> None:
    text, flags = decode(body, content_type)
    assert text.endswith(wanted)
    assert flags == ()


def test_what_had_to_be_repaired_is_flagged() -> None:
    assert decode(b"a\x00b", "text/html; charset=utf-8") == ("ab", ("text_repaired",))
    assert decode(b"a\xffb", "text/html; charset=utf-8") == ("a\ufffdb", ("text_repaired",))
    assert decode(b"anything", "text/html; charset=iso-2022-kr") == ("\ufffd", ("text_repaired",))


def test_every_label_has_a_codec() -> None:
    for label in ("latin1", "GB_2312-80", " utf8 ", "l9", "x-mac-ukrainian", "csksc56011987"):
        name = encoding_of(label)
        assert name is not None
        "".encode(codec_of(name))
    assert encoding_of("utf-7") is None
