"""Owns row 18: making a document of a hundred lines in each format, beside its library making the same text bare."""

import io
import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence

import docx
from jinja2 import Environment
from typst import Compiler

from bot.confidentiality import Tlp
from bot.documents import Block, BlockKind, Document
from handlers.formats import FORMATS
from handlers.formats.fonts import typecase
from tests.bench.places import Place
from tests.bench.table import Line

ROWS = (18,)
LINES, TIMES = 100, 5
WORDS = "TLP:AMBER The sender is known to three of those who were there, Zoë’s among them, and rents by the week; line"

_NUMBERS = itertools.count()


def document() -> Document:
    """A hundred lines under four headings; never the same, since Typst remembers what it has set before."""
    number = next(_NUMBERS)
    blocks = []
    for n in range(LINES):
        if n % 25 == 0:
            blocks.append(Block(BlockKind.PART, f"Part {n} of {number}: Reports, 13:00-13:30 UTC"))
        blocks.append(Block(BlockKind.ITEM, f"K7MPQ2  (fr-cnil): {WORDS} {number}.{n}"))
    return Document(
        "minutes", f"Minutes {number}", Tlp.AMBER, ("London Action Plan", "As adopted."), tuple(blocks), "Consult us."
    )


# --- the references: the same text by the same library, as small as an expert would write it ---

_LIST = Environment(autoescape=True).from_string(
    "<h1>{{ d.title }}</h1>{% for b in d.blocks %}<p>{{ b.text }}</p>{% endfor %}"
)


def bare_html(it: Document) -> bytes:
    return _LIST.render(d=it).encode()


def bare_pdf(it: Document) -> bytes:
    text = "\n\n".join(block.text.replace("@", "\\@") for block in it.blocks)
    source = f'#set text(font: "FiraGO")\n{text}'.encode()
    made = Compiler(font_paths=typecase().fonts, ignore_system_fonts=True).compile(source, format="pdf")
    assert isinstance(made, bytes)
    return made


def bare_docx(it: Document) -> bytes:
    made, held = docx.Document(), io.BytesIO()
    for block in it.blocks:
        made.add_paragraph(block.text)
    made.save(held)
    return held.getvalue()


def bare_markdown(it: Document) -> bytes:
    return "\n\n".join(block.text for block in it.blocks).encode()


Write = Callable[[Document], bytes]
BARE: Mapping[str, tuple[Write, str, float | None, float | None]] = {
    "html": (bare_html, "a Jinja loop", 3.0, None),
    "pdf": (bare_pdf, "Typst, paragraphs alone", 2.0, None),
    "docx": (bare_docx, "python-docx, paragraphs alone", 2.0, None),
    "md": (bare_markdown, "", None, 20.0),
}
"""By format: the reference and what it is, and the goal: times that, or milliseconds."""


def measure(place: Place, wanted: Sequence[int], rounds: int) -> Iterator[Line]:
    for ending, (bare, reference_is, at_most, limit) in BARE.items():
        write = FORMATS[ending].write
        for warm in (write, bare):
            warm(document())
        its, ours = [], []
        for _ in range(rounds):
            its.append(_milliseconds(bare))
            ours.append(_milliseconds(write))
        beside = its if at_most is not None else ()
        what = f"a document of {LINES} lines as {ending.upper()}"
        yield Line(18, what, "ms", ours, beside, reference_is, at_most=at_most, limit=limit)


def _milliseconds(write: Write) -> float:
    papers = [document() for _ in range(TIMES)]
    begun = time.perf_counter()
    for paper in papers:
        write(paper)
    return (time.perf_counter() - begun) / TIMES * 1000
