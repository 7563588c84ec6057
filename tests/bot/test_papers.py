"""Papers: what is taken, and what is refused because somebody would open it."""

import io
import time
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.papers import TYPES, check_paper, clean_name, shown_size
from tests.bot.refusals import refusal_of

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
WORD = TYPES["docx"].encode()


def packed(*entries: tuple[str, bytes], kind: bytes = WORD) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", b'<Override ContentType="' + kind + b'.main+xml"/>')
        for name, data in entries:
            file.writestr(name, data)
    return whole.getvalue()


def packed_objects(held: bytes) -> bytes:
    stream = zlib.compress(held)
    return PDF + b"\n2 0 obj<</Type/ObjStm/N 1/First 4/Filter/FlateDecode>>\nstream\n" + stream + b"\nendstream endobj"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("numbers.pdf", PDF),
        ("numbers.pdf", packed_objects(b"1 0 <</Type/Page>>")),
        ("numbers.DOCX", packed(("word/document.xml", b"<w/>"))),
        ("numbers.csv", "país,número\n".encode()),
        ("picture.png", b"\x89PNG\r\n\x1a\n1"),
    ],
)
def test_a_plain_file_is_taken_with_the_media_type_of_its_name(name: str, data: bytes) -> None:
    assert check_paper(name, data, 10) == TYPES[name.rpartition(".")[2].casefold()]


ACTIVE = "holds macros or other parts that act by themselves"
NOT_WHAT = "is not what its name says it is"
REMOTE = b'<Relationship Type="x/attachedTemplate" TargetMode="External" Target="https://evil.example/t.dotm"/>'


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.docx", packed(("word/vbaProject.bin", b"x")), ACTIVE),
        ("a.xlsx", packed(("xl/macrosheets/sheet1.xml", b"x"), kind=TYPES["xlsx"].encode()), ACTIVE),
        ("a.docx", packed(kind=b"application/vnd.ms-word.document.macroEnabled.main+xml"), ACTIVE),
        ("a.docx", packed(("word/_rels/settings.xml.rels", REMOTE)), ACTIVE),
        ("a.docx", packed(("word/embeddings/oleObject1.bin", b"x")), ACTIVE),
        ("a.pdf", PDF + b"<</S/JavaScript/JS(app.alert(1))>>", ACTIVE),
        ("a.pdf", PDF + b"<</S/J#61vaScript>>", ACTIVE),
        ("a.pdf", packed_objects(b"1 0 <</S/Launch/F(cmd.exe)>>"), ACTIVE),
        ("a.pdf", PDF + b"<</Encrypt 3 0 R>>", "is locked with a password"),
        ("a.docx", packed(kind=TYPES["xlsx"].encode()), NOT_WHAT),
        ("a.docx", b"PK\x03\x04 broken", NOT_WHAT),
        ("a.docx", b"\xd0\xcf\x11\xe0 an old document", NOT_WHAT),
        ("a.pdf", b"MZ\x90\x00", NOT_WHAT),
        ("a.txt", b"\xff\xfe\x00a", NOT_WHAT),
        ("a.docm", packed(), "is of a kind that is not taken"),
        ("a.exe", b"MZ", "is of a kind that is not taken"),
        ("a", b"x", "is of a kind that is not taken"),
        ("a.txt", b"x" * (1 << 20) + b"x", "more than 1 megabytes"),
        ("a.txt", b"", "Choose a file first."),
    ],
)
def test_what_nobody_should_open_is_refused_with_the_way_out(name: str, data: bytes, says: str) -> None:
    assert says in refusal_of(lambda: check_paper(name, data, 1))


def test_a_file_that_swells_is_looked_at_no_further_than_its_beginning() -> None:
    bomb = packed(("word/_rels/a.rels", b"\x00" * (200 << 20)))
    assert len(bomb) < 1 << 20
    assert check_paper("a.docx", bomb, 10) == TYPES["docx"]


SLOW_LINKS = b"<Relationship Type='" + b"oleObject " * 100_000
MANY = [(f"word/_rels/{n}.rels", b"\x00" * (1 << 20)) for n in range(40)]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.pdf", PDF + b"<<" + b"/ObjStm " * 300_000, ""),
        ("a.pdf", PDF + b"<</ObjStm/FlateDecode>>stream\n" * 100_000, NOT_WHAT),
        ("a.pdf", PDF + packed_objects(b" " * (1 << 20))[len(PDF) :] * 40, NOT_WHAT),
        ("a.docx", packed(("word/_rels/a.rels", SLOW_LINKS)), ""),
        ("a.docx", packed(*MANY), NOT_WHAT),
    ],
)
def test_a_file_that_is_made_to_be_slow_is_looked_at_in_a_time_that_grows_as_it_does(
    name: str, data: bytes, says: str
) -> None:
    began = time.process_time()
    told = refusal_of(lambda: check_paper(name, data, 10)) or ""
    assert (says in told, bool(told) == bool(says), time.process_time() - began < 5) == (True, True, True)


def test_a_link_to_an_object_elsewhere_is_found_in_whatever_order_it_is_written() -> None:
    link = b'<Relationship TargetMode="External" Type="x/oleObject" Target="https://evil.example/o"/>'
    assert ACTIVE in refusal_of(lambda: check_paper("a.docx", packed(("word/_rels/a.rels", link)), 1))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("C:\\case\\numbers.pdf", "numbers.pdf"),
        ("../../x.pdf", "x.pdf"),
        ('a"b\r\n.pdf', "a_b .pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_is_a_name_and_no_way_into_a_folder_or_a_header(typed: str, name: str) -> None:
    assert clean_name(typed) == name


@given(st.sampled_from(sorted(TYPES)), st.binary(max_size=300))
def test_any_bytes_are_taken_or_refused_in_words(ending: str, data: bytes) -> None:
    taken: list[str] = []
    says = refusal_of(lambda: taken.append(check_paper(f"a.{ending}", data, 1)))
    assert bool(says) != bool(taken)


def test_sizes_are_said_as_people_read_them() -> None:
    assert [shown_size(n) for n in (3, 812_400, 3_400_000)] == ["1 kB", "812 kB", "3.4 MB"]
