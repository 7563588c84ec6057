"""Owns documents as DOCX (ISO 29500) by python-docx: real headings and lists, label and foot on each page.

The same document gives the same bytes: the parts are packed anew, in order and with one date, and the properties that
python-docx's own pattern has (an author, a picture of its first page) are left out.
"""

import io
import zipfile
from datetime import datetime

import docx as python_docx
from docx.document import Document as Docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from bot.documents import BlockKind, Document, is_right_to_left

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The first moment that a ZIP file can name (APPNOTE 4.4.6): it tells nothing."""
STYLES = {
    BlockKind.PART: "Heading 2",
    BlockKind.TOPIC: "Heading 3",
    BlockKind.TEXT: "Normal",
    BlockKind.ITEM: "List Bullet",
    BlockKind.BELOW: "List Continue",
}
PICTURE = "docProps/thumbnail.jpeg"
A4 = Mm(210), Mm(297)
INK = RGBColor(0x1A, 0x1A, 0x1A)
"""Of headings: python-docx's own blue is too pale to be read easily, and is lost on a printer without colours."""


def docx(document: Document) -> bytes:
    """*document* as DOCX, with its title, language and headings."""
    made = python_docx.Document()
    _describe(made, document)
    _frame(made, document)
    _write(made.add_paragraph(style="Heading 1"), document.title)
    for line in document.opening:
        _write(made.add_paragraph(), line)
    ids = {kind: made.styles[name].style_id for kind, name in STYLES.items()}
    for block in document.blocks:
        paragraph = made.add_paragraph()
        paragraph._p.style = ids[block.kind]  # by its id: python-docx would look through all styles for each
        _write(paragraph, block.text)
    held = io.BytesIO()
    made.save(held)
    return _packed_anew(held.getvalue())


def _describe(made: Docx, document: Document) -> None:
    about = made.core_properties
    about.title, about.language = document.title, "en"
    about.author = about.comments = about.last_modified_by = about.keywords = about.subject = ""
    about.created = about.modified = datetime(*LONG_AGO)  # noqa: DTZ001 -- the file's own form has no zone
    about.revision = 1
    for rel_id, rel in list(made.part.package.rels.items()):
        if rel.reltype.endswith("/thumbnail"):
            del made.part.package.rels[rel_id]
    for name in ("Heading 1", "Heading 2", "Heading 3"):
        made.styles[name].font.color.rgb = INK
    language = made.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    if language is not None:
        language.set(qn("w:val"), "en-GB")


def _frame(made: Docx, document: Document) -> None:
    """The label at head and foot of each page, at the foot whom to consult and the number of the page."""
    section = made.sections[0]
    section.page_width, section.page_height = A4
    head = section.header.paragraphs[0]
    head.add_run(str(document.label)).bold = True
    head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    foot = section.footer.paragraphs[0]
    _write(foot, document.foot)
    made.styles["Footer"].font.size = Pt(8)
    last = section.footer.add_paragraph(style="Footer")
    last.add_run(f"{document.label}  ").bold = True
    last.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    number = OxmlElement("w:fldSimple")
    number.set(qn("w:instr"), "PAGE")
    last._p.append(number)
    for run in (run for p in (foot, last) for run in p.runs):
        run.font.size = Pt(8)


def _write(paragraph: Paragraph, text: str) -> None:
    """*text* with its line breaks; from right to left where its first letter is."""
    run = paragraph.add_run(text)
    if is_right_to_left(text):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        run.font.rtl = True


def _packed_anew(octets: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(octets)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name == PICTURE:
                continue
            entry = zipfile.ZipInfo(name, LONG_AGO)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, 0o600 << 16, 3
            new.writestr(entry, old.read(name))
    return held.getvalue()
