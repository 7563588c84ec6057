"""Documents over HTTP: each reader its own edition in every format at that moment; what is hidden is not there."""

import itertools
from collections.abc import Iterable
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select

from bot.confidentiality import Tlp
from bot.minutes import LineKind
from handlers.formats import FORMATS
from handlers.lines import enter_line
from handlers.live import end_call
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.withholding import withhold_line
from storage.audit import LOOK
from storage.tables import AuditRow, columns
from tests.cast import Cast
from tests.held import adopted, held, leaves, note, running, sent
from tests.links import PAGE, browsing, path, whole
from tests.lists import DAY, START, with_call
from tests.papers import told
from tests.remembered import remembered
from tests.slack_front import say
from tests.statements import heard

adopted_once = remembered(adopted)
READERS = ("secretariat", "fr-cnil", "harbour-bank", "meridian-net", "oecd")


def lines_of(cast: Cast) -> tuple[str, ...]:
    """The references of all lines, as they were entered."""
    it = read_minutes(cast.desk, cast.secretary, DAY)
    return tuple(line.reference for p in it.parts for s in p.subjects for line in s.lines)


def page_of(cast: Cast, who: str) -> str:
    return path(cast, cast.secretary if who == "secretariat" else cast.actor(who), PAGE)


def fetched(cast: Cast, pairs: Iterable[tuple[str, str]], **headers: str) -> dict[tuple[str, str], httpx.Response]:
    """What each reader is answered for the document in that format, by both."""
    urls = {(who, ending): f"{page_of(cast, who)}/minutes/{DAY}.{ending}" for who, ending in pairs}
    with browsing(cast) as client:
        return {pair: client.get(url, headers=headers) for pair, url in urls.items()}


def one(cast: Cast, who: str, ending: str, **headers: str) -> httpx.Response:
    return fetched(cast, [(who, ending)], **headers)[who, ending]


def statuses(cast: Cast) -> list[int]:
    return [answer.status_code for answer in fetched(cast, ((who, "html") for who in READERS)).values()]


def said(cast: Cast, *pairs: tuple[str, str]) -> list[str]:
    """The words of each document, a paragraph a line."""
    found = []
    for (_, ending), answer in fetched(cast, pairs).items():
        assert answer.status_code == 200
        found.append("\n".join(told(ending, answer.content)))
    return found


def test_each_reader_finds_its_own_edition_and_no_line_more_in_every_format(cast: Cast) -> None:
    adopted_once(cast)
    lines, pairs = lines_of(cast), list(itertools.product(READERS, FORMATS))
    found = {
        pair: tuple(line in words for line in lines) for pair, words in zip(pairs, said(cast, *pairs), strict=True)
    }
    whole = ("secretariat", "fr-cnil")
    assert found == {(who, ending): (True, True, who in whole) for who, ending in pairs}


@pytest.mark.parametrize("who", ["fr-cnil", "harbour-bank"])
def test_all_formats_say_the_same(cast: Cast, who: str) -> None:
    adopted_once(cast)
    html, md, docx, pdf = said(cast, *((who, ending) for ending in ("html", "md", "docx", "pdf")))
    assert html == md
    assert html.splitlines()[1:-2] == docx.splitlines()
    shown = "".join(html.splitlines()[1:-2]).replace(" ", "")
    on_paper = "".join(line.removeprefix("• ") for line in pdf.splitlines()[1:]).replace(" ", "")
    assert on_paper.startswith(shown)
    assert on_paper.removeprefix(shown).startswith("Beforeanyofthisisreleased")


def test_what_an_edition_says_stands_in_a_document_word_for_word(cast: Cast) -> None:
    adopted_once(cast)
    own, joint, _ = lines_of(cast)
    assert said(cast, ("harbour-bank", "html"))[0].splitlines() == [
        "TLP:AMBER",
        "Minutes: Reports",
        "London Action Plan",
        "Tue 16 Feb 2027, 13:00-13:30 Europe/London (13:00-13:30 UTC)",
        "As adopted on Wed 3 Mar 2027, 14:30 Europe/London (14:30 UTC).",
        "Reports",
        f"{own} (harbour-bank): TLP:AMBER phishing is up",
        f"{joint} Decision: TLP:AMBER the list was agreed",
        "Before any of this is released under a law on access to information, consult the organisations that it comes "
        "from, through the secretariat. Questions: calls@lap.example.",
        "TLP:AMBER",
    ]


def test_an_action_stands_in_a_document_with_what_became_of_it(cast: Cast) -> None:
    running(cast)
    given = [say(cast, cast.secretary, f"action fr-cnil by +7d {w}").text.split("`")[1] for w in ("wait", "drop")]
    say(cast, cast.secretary, f"drop {given[1]} because it is done elsewhere")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    text = said(cast, ("fr-cnil", "html"))[0]
    assert {line.rpartition(", ")[2] for line in text.splitlines() if line.startswith("Action")} == {
        "to be accepted.",
        "dropped.",
    }


def test_red_text_is_in_no_document_though_it_was_minuted(cast: Cast) -> None:
    running(cast)
    enter_line(cast.desk, cast.secretary, LineKind.NOTE, "TLP:RED [minuted] fr-cnil: the informant is Zebra")
    line = note(cast, "TLP:AMBER+STRICT our own plans")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    pairs = list(itertools.product(("secretariat", "fr-cnil"), FORMATS))
    for (_, ending), words_of_it in zip(pairs, said(cast, *pairs), strict=True):
        first, *words = words_of_it.splitlines()
        told_of = "\n".join(words)
        assert ("Zebra" in told_of, "TLP:RED (on your page)" in told_of) == (False, True)
        assert f"{line} TLP:AMBER+STRICT our own plans" in told_of
        assert ending == "docx" or first == Tlp.AMBER_STRICT


def linked(cast: Cast) -> list[int]:
    """As ``statuses`` would be if there were what somebody's own page leads to, and nothing else."""
    pages = [page_of(cast, who) for who in READERS]
    leads = 'Minutes of <a href="{page}/minutes/{name}.html" dir="auto">'
    return [200 if leads.format(page=page, name=DAY) in show(cast, page) else 404 for page in pages]


def test_a_page_leads_back_to_the_minutes_that_its_holder_may_read_and_to_no_others(cast: Cast) -> None:
    held(cast)
    assert linked(cast) == statuses(cast) == [200, 404, 404, 404, 404]
    send_minutes(cast.desk, cast.secretary, DAY)
    assert linked(cast) == statuses(cast) == [200, 200, 200, 404, 404]
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    assert linked(cast) == statuses(cast) == [200] * 5
    cast.clock.advance(days=366)
    assert (linked(cast), statuses(cast)) == ([404] * 5, [200] * 5)


def test_a_page_leads_to_an_edition_once_it_is_released_and_looks_back_in_as_many_statements(cast: Cast) -> None:
    running(cast)
    note(cast, "TLP:GREEN the list helped")
    for line in ("end", f"minutes send {DAY} go"):
        say(cast, cast.secretary, line)
    cast.clock.advance(days=15)
    say(cast, cast.secretary, f"minutes adopt {DAY} go")
    page = page_of(cast, "meridian-net")
    with heard(cast.desk.store) as alone:
        assert "Edition <a" not in show(cast, page)
    reference = say(cast, cast.secretary, f'edition {DAY} "What helped" green go').text.split("`")[1]
    assert "Edition <a" not in show(cast, page)
    leaves(cast, "edition.asked")
    cast.clock.advance(days=15)
    say(cast, cast.secretary, f"edition {reference} release go")
    with heard(cast.desk.store) as with_one:
        assert f'Edition <a href="{page}/edition/{reference}.html" dir="auto">What helped</a>' in show(cast, page)
    with_call(cast, START + timedelta(days=56))
    cast.clock.at = START + timedelta(days=56)
    for line in ("start", "end"):
        say(cast, cast.secretary, line)
    with heard(cast.desk.store) as with_more:
        show(cast, page)
    assert len(with_more) == len(with_one) == len(alone) + 1


def show(cast: Cast, page: str) -> str:
    with browsing(cast) as client:
        return client.get(page).text


def test_a_draft_is_the_secretariats_and_a_guests_first_document_holds_its_own_lines(cast: Cast) -> None:
    held(cast)
    assert statuses(cast) == [200, 404, 404, 404, 404]
    own, joint, _ = lines_of(cast)
    send_minutes(cast.desk, cast.secretary, DAY)
    assert statuses(cast) == [200, 200, 200, 404, 404]
    (words,) = said(cast, ("harbour-bank", "html"))
    assert (own in words, joint in words) == (True, False)
    assert "Draft as sent on Tue 16 Feb 2027, 14:30 Europe/London (14:30 UTC)." in words


def test_what_is_hidden_what_is_not_there_and_a_dead_link_have_one_answer(cast: Cast) -> None:
    sent(cast)
    url, dead = page_of(cast, "oecd"), "/me/AAAAAAAAAAAAAAAAAAAAAA"
    with browsing(cast) as client:
        answers = {
            whole(client.request(method, f"{page}/minutes/{name}"))
            for page, name in (
                (url, f"{DAY}.pdf"), (url, "2027-02-17.pdf"), (url, f"{DAY}.exe"), (url, DAY), (url, ".pdf"),
                (url, "next.html"), (dead, f"{DAY}.pdf"), (url, "Case%20updates.md"), (url, "..%2f..%2fpasswd.md"),
            )
            for method in ("GET",)
        }  # fmt: skip
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_a_line_withheld_leaves_a_guests_document_and_its_copy_is_no_longer_the_one(cast: Cast) -> None:
    running(cast)
    line = note(cast, "fr-cnil: we know the sender")
    note(cast, "the list was agreed")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    first = one(cast, "harbour-bank", "pdf")
    again = one(cast, "harbour-bank", "pdf", **{"If-None-Match": first.headers["etag"]})
    withhold_line(cast.desk, cast.actor("fr-cnil"), line)
    after = one(cast, "harbour-bank", "pdf", **{"If-None-Match": first.headers["etag"]})
    assert [a.status_code for a in (first, again, after)] == [200, 304, 200]
    words = "\n".join(told("pdf", after.content))
    assert ("we know the sender" in words, "the list was agreed" in words) == (False, True)


def test_the_same_edition_is_the_same_bytes_whenever_it_is_fetched(cast: Cast) -> None:
    adopted_once(cast)
    pairs = [("fr-cnil", ending) for ending in FORMATS]
    first = fetched(cast, pairs)
    cast.clock.advance(days=400)
    assert [a.content for a in first.values()] == [a.content for a in fetched(cast, pairs).values()]
    for (_, ending), answer in first.items():
        names = ("content-type", "content-disposition", "cache-control", "referrer-policy")
        assert [answer.headers[name] for name in names] == [
            FORMATS[ending].media_type + ("; charset=utf-8" if ending in ("html", "md") else ""),
            f'inline; filename="minutes-{DAY}.{ending}"', "private, no-cache", "no-referrer",
        ]  # fmt: skip


def test_the_minutes_in_slack_and_in_a_mail_lead_to_the_documents(cast: Cast) -> None:
    sent(cast)
    (draft,) = [s for s in leaves(cast, "minutes") if s.email == "spam-enforcement@fr-cnil.example"]
    url = page_of(cast, "fr-cnil")
    links = [f"https://lap.example{url}/minutes/{DAY}.{ending}" for ending in ("pdf", "docx", "html", "md")]
    assert [link for _, link in draft.notice.links[:4]] == links
    shown = say(cast, cast.actor("fr-cnil"), f"minutes {DAY}").text
    assert f"As a file, for you alone: <{links[0]}|PDF>, <{links[1]}|Word>" in shown


def test_reading_a_document_is_a_look_of_the_secretariats(cast: Cast) -> None:
    adopted_once(cast)
    assert all("phishing is up" in words for words in said(cast, ("secretariat", "md"), ("fr-cnil", "md")))
    row = columns(AuditRow)
    with cast.desk.store.read() as tx:
        looks = tx.execute(select(row.actor).where(row.act == LOOK)).all()
    assert [who for (who,) in looks] == [cast.secretary.contact.id]
