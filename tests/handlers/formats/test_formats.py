"""The four formats of one document: they say the same, the same bytes each time, and nothing of who made them."""

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from bot.confidentiality import Tlp
from bot.documents import Block, BlockKind, Document, drawn, words_of, writable
from bot.text import clean_text
from handlers.formats import FORMATS
from handlers.formats.fonts import typecase
from handlers.formats.markdown import markdown
from tests.papers import READ, all_of_docx, all_of_pdf, told

SCRIPTS = {
    "Latin": "Zoë Ærøskøbing naïve",
    "Greek": "Ελληνικά κείμενο",
    "Cyrillic": "Кириллица и текст",
    "Arabic": "نص عربي",
    "Hebrew": "טקסט עברי",
    "Thai": "ภาษาไทย",
    "Devanagari": "हिन्दी क्षत्रिय",
    "Georgian": "ქართული ტექსტი",
    "Han": "简体中文 繁體中文",
    "Kana": "ひらがな カタカナ",
    "Hangul": "한국어 문장",
}
SHAPED = ("Arabic", "Hebrew", "Devanagari", "Thai")
"""What a reader of PDF files gives back in the order in which it was drawn."""
MARKS = (
    '# no *heading*, _no_ `code` [no](http://link.example) <b>&amp;</b> ~~x~~ a | b $z$ #import "x" @ref www.x.example',
    "- no list\n1. nor this\n2) nor this\n+ nor this\n> nor a quotation\n---\n===",
    "{{ 7 * 7 }} {% x %} \\newpage \\* &lt; a  b",
    "=cmd|' /C calc'!A0 and a/b\\c",
)


def document(*texts: str, title: str = "Minutes: Reports") -> Document:
    blocks = [Block(BlockKind.PART, "Part 1: Reports"), Block(BlockKind.TOPIC, "TLP:AMBER Phishing")]
    for text in texts:
        blocks += [Block(BlockKind.ITEM, f"K7MPQ2  {text}"), Block(BlockKind.BELOW, f"Amended: {text}")]
    blocks.append(Block(BlockKind.TEXT, "Nothing was minuted in this part."))
    return Document(
        "minutes-2027-02-16", title, Tlp.AMBER, ("London Action Plan", "As adopted."), tuple(blocks),
        "Consult calls@lap.example before.",
    )  # fmt: skip


def said_in(it: Document) -> list[str]:
    return [plain for words in words_of(it) if (plain := " ".join(words.split()))]


def body(ending: str, octets: bytes) -> list[str]:
    """The words between label and foot."""
    said = told(ending, octets)
    if ending == "docx":
        return said
    assert (said[0], said[-1], said[-2]) == ("TLP:AMBER", "TLP:AMBER", "Consult calls@lap.example before.")
    return said[1:-2]


@pytest.mark.parametrize("ending", ["html", "md", "docx"])
def test_each_format_says_every_word_in_order_and_marks_in_texts_are_words(ending: str) -> None:
    it = document(*SCRIPTS.values(), *MARKS, "emoji 😀 👩‍👩‍👧 ☎", title="Minutes: العربية # 日本 😀")
    assert body(ending, FORMATS[ending].write(it)) == said_in(it)


def test_a_pdf_says_every_word_in_order() -> None:
    """But for scripts that it gives back as drawn, and signs that no font draws, which are named."""
    plain = [text for name, text in SCRIPTS.items() if name not in SHAPED]
    it = document(*plain, *MARKS, "emoji 😀 ☎ ✓", title="Minutes: Ελλάδα 日本 😀")
    lines = told("pdf", FORMATS["pdf"].write(it))
    foot = "Consult calls@lap.example before. TLP:AMBER"
    text = " ".join(line.removeprefix("• ") for line in lines if line != "TLP:AMBER" and not line.startswith(foot))
    shown = " ".join(drawn(words, typecase().draws) for words in said_in(it))
    assert "".join(text.split()).replace("•", "") == "".join(shown.split())
    assert "[grinning face]" in shown


@pytest.mark.parametrize("script", SHAPED)
def test_a_pdf_holds_the_letters_of_shaped_scripts(script: str) -> None:
    octets = FORMATS["pdf"].write(document(SCRIPTS[script]))
    assert set(SCRIPTS[script]) <= set("".join(READ["pdf"](octets)))
    assert all(map(typecase().draws, SCRIPTS[script]))


TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\n*_#<>&\\`[]()-+.1 "), max_size=30).map(
    lambda text: writable(clean_text(text))
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, max_size=3))
def test_whatever_is_written_html_and_docx_say_it_and_markdown_makes_no_mark_of_it(texts: list[str]) -> None:
    it = document(*texts)
    assert body("html", FORMATS["html"].write(it)) == said_in(it) == body("docx", FORMATS["docx"].write(it))
    assert body("md", FORMATS["md"].write(it)) == said_in(it)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(TEXTS, max_size=3), TEXTS)
def test_whatever_is_written_a_pdf_can_be_made_of_it(texts: list[str], title: str) -> None:
    octets = FORMATS["pdf"].write(document(*texts, title=f"Minutes: {title}"))
    assert PdfReader(io.BytesIO(octets)).pages


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_document_gives_the_same_bytes(ending: str) -> None:
    it = document(*SCRIPTS.values())
    assert len({FORMATS[ending].write(it) for _ in range(3)}) == 1


def test_a_pdf_is_written_for_several_readers_at_once() -> None:
    papers = [document(f"line {n}") for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        at_once = list(pool.map(FORMATS["pdf"].write, papers * 3))
    assert at_once == [FORMATS["pdf"].write(it) for it in papers] * 3


def test_a_screen_reader_finds_title_language_headings_and_tags_in_a_pdf() -> None:
    reader = PdfReader(io.BytesIO(FORMATS["pdf"].write(document("x", title="Minutes: Zoë"))))
    root = reader.trailer["/Root"]
    assert reader.metadata is not None
    assert (reader.metadata.title, root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("Minutes: Zoë", "en-GB", True)
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert [str(mark["/Title"]) for mark in _flat(reader.outline)] == [
        "Minutes: Zoë", "Part 1: Reports", "TLP:AMBER Phishing",
    ]  # fmt: skip


def _flat(outline: list) -> list:  # type: ignore[type-arg]
    return [one for mark in outline for one in (_flat(mark) if isinstance(mark, list) else [mark])]


def test_a_docx_has_real_headings_lists_title_and_language() -> None:
    made = docx.Document(io.BytesIO(FORMATS["docx"].write(document("x", title="Minutes: Zoë"))))
    assert [p.style.name for p in made.paragraphs if p.style is not None] == [
        "Heading 1", "Normal", "Normal", "Heading 2", "Heading 3", "List Bullet", "List Continue", "Normal",
    ]  # fmt: skip
    assert (made.core_properties.title, made.core_properties.language) == ("Minutes: Zoë", "en")


def test_label_and_whom_to_consult_stand_on_each_page() -> None:
    """Head and foot are each page's own; in HTML and Markdown, which have no pages, they are first and last."""
    it = document(*("a line of the minutes that is long enough to fill a page with others of its kind",) * 60)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(FORMATS["pdf"].write(it))).pages]
    assert len(pages) > 2
    for number, page in enumerate(pages, 1):
        lines = page.splitlines()
        assert lines[0] == "TLP:AMBER"
        assert lines[-1].split() == f"{it.foot} TLP:AMBER {number} / {len(pages)}".split()
    section = docx.Document(io.BytesIO(FORMATS["docx"].write(it))).sections[0]
    head, foot = ([p.text.strip() for p in part.paragraphs] for part in (section.header, section.footer))
    assert (head, foot) == (["TLP:AMBER"], [it.foot, "TLP:AMBER"])


def test_no_file_says_who_made_it_where_or_when() -> None:
    it = document("x")
    about = PdfReader(io.BytesIO(FORMATS["pdf"].write(it))).metadata
    assert about is not None
    assert set(about) == {"/Title", "/Creator"}
    octets = FORMATS["docx"].write(it)
    made = docx.Document(io.BytesIO(octets)).core_properties
    assert {made.author, made.last_modified_by, made.comments, made.keywords, made.subject, made.category} == {""}
    with zipfile.ZipFile(io.BytesIO(octets)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [n for n in parts.namelist() if "thumbnail" in n]
    for said in (*all_of_docx(octets), *all_of_pdf(FORMATS["pdf"].write(it))):
        assert "python-docx" not in said
        assert "lap-fonts" not in said


def test_a_text_from_right_to_left_is_set_so_in_a_docx() -> None:
    made = docx.Document(io.BytesIO(FORMATS["docx"].write(document("x", title=SCRIPTS["Arabic"]))))
    turned = [p.text for p in made.paragraphs if p._p.pPr is not None and p._p.pPr.xpath("w:bidi")]
    assert turned == [SCRIPTS["Arabic"]]


def test_a_line_in_markdown_reads_as_it_was_typed() -> None:
    assert markdown(document("The list was agreed (2 of 3), 14:00-14:30.")).decode().splitlines()[12] == (
        "- K7MPQ2  The list was agreed (2 of 3), 14:00-14:30."
    )
