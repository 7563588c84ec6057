"""Owns the cases of ``html``: one page, laid out twice, with the same content and nothing fetched."""

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.mail.html import Page, html_of, text_of

PAGE = Page(
    title="Call of 16 February 2027",
    paragraphs=("Dear Ann,", "see you there.\nThe secretariat"),
    facts=(("Part", "Joint <part>"), ("Time", "15:00 & later")),
    items=("Cases", "Training\nin tracing"),
    links=(("Join", "https://lap.example/join/T0k?a=1&b=2"),),
    footer="Questions: calls@lap.example",
)

words = st.text(st.one_of(st.sampled_from("<>&\"'\r\n\x00\u202e /=-:"), st.characters()), min_size=1).filter(
    lambda text: text.strip(" \r\n").isprintable() and text.strip(" \r\n") != ""
)
pages = st.builds(
    Page,
    title=words,
    paragraphs=st.lists(words, max_size=2).map(tuple),
    facts=st.lists(st.tuples(words, words), max_size=2).map(tuple),
    items=st.lists(words, max_size=2).map(tuple),
    links=st.lists(st.tuples(words, words.map("https://lap.example/{}".format)), max_size=2).map(tuple),
    footer=words,
)


class Seen(HTMLParser):
    """What a reader gets of a page: its words, link targets in place, and the tags and attributes used."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self._open: list[str] = []
        self._href = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self._href = dict(attrs).get("href") or self._href
        if tag not in ("meta", "br"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "a":
            self.words += self._href.split()

    def handle_data(self, data: str) -> None:
        if not {"head"} & set(self._open):
            self.words += data.split()


def read_aloud(text: str) -> str:
    """The letters of *text* without spaces and the signs that stand for the layout of plain text."""
    return "".join(text.replace(":", "").replace("-", "").split())


def test_text_reads_from_title_to_footer() -> None:
    assert text_of(PAGE) == (
        "Call of 16 February 2027\n\nDear Ann,\n\nsee you there.\nThe secretariat\n\nPart: Joint <part>\n"
        "Time: 15:00 & later\n\n- Cases\n- Training\n  in tracing\n\nJoin: https://lap.example/join/T0k?a=1&b=2\n\n"
        "Questions: calls@lap.example\n"
    )


def test_html_reads_from_title_to_footer() -> None:
    assert html_of(PAGE).partition("<body>\n")[2] == (
        '<h1>Call of 16 February 2027</h1>\n<p dir="auto">Dear Ann,</p>\n<p dir="auto">see you there.<br>\n'
        'The secretariat</p>\n<dl>\n<dt>Part</dt><dd dir="auto">Joint &lt;part&gt;</dd>\n<dt>Time</dt>'
        '<dd dir="auto">15:00 &amp; later</dd>\n</dl>\n<ul>\n<li dir="auto">Cases</li>\n<li dir="auto">Training<br>\n'
        'in tracing</li>\n</ul>\n<p><a href="https://lap.example/join/T0k?a=1&amp;b=2">Join</a></p>\n'
        '<footer><p dir="auto">Questions: calls@lap.example</p></footer>\n</body>\n</html>\n'
    )


def test_what_is_empty_leaves_no_trace() -> None:
    bare = Page("Title")
    assert (text_of(bare), Seen(html_of(bare)).tags & {"p", "dl", "ul", "a", "footer"}) == ("Title\n", set())


def test_page_names_its_language_and_fits_a_phone() -> None:
    page = html_of(PAGE)
    assert ('<html lang="en">' in page, 'name="viewport" content="width=device-width' in page) == (True, True)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//x.example", "ftp://x.example", ""])
def test_a_link_elsewhere_than_web_and_mail_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"^A letter links to http, https and mailto only\.$"):
        Page("Title", links=(("Label", url),))


@given(pages)
def test_both_layouts_have_the_same_words_in_the_same_order(page: Page) -> None:
    assert read_aloud("".join(Seen(html_of(page)).words)) == read_aloud(text_of(page))


@given(pages)
def test_no_words_make_markup(page: Page) -> None:
    seen = Seen(html_of(page))
    assert seen.tags <= set("html head meta title style body h1 p br dl dt dd ul li a footer".split())
    assert seen.attributes <= {"lang", "charset", "name", "content", "dir", "href"}


def test_commands_and_references_have_no_backticks_in_a_plain_mail_and_their_own_letters_in_html() -> None:
    page = Page(
        "To end it",
        ("Send `/lap withdraw K7M2QX` in Slack, or `answer`.", "`K7M2QX` Done on `2027-02-16`."),
        footer="`/lap help`",
    )
    assert (text_of(page), "<code>/lap withdraw K7M2QX</code>" in html_of(page)) == (
        "To end it\n\nSend /lap withdraw K7M2QX in Slack, or `answer`.\n\nK7M2QX Done on 2027-02-16.\n\n/lap help\n",
        True,
    )
