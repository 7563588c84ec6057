"""Every reader walks every door of a world in which each closed field bears a token: nobody finds one that is not
theirs, and whoever is entitled to it does find it. What the secretariat is shown of closed material stands on the audit
record.

After every step each reader reads. ``make test`` has each walk once on the way; ``make test-long`` after every step,
with ten times the guesses.
Both print how often they looked; ``--hypothesis-seed`` has them guess other things. Every find, with all that was said
and done before it, stands in the file ``hits`` of the test's folder.
"""

import base64
import binascii
import io
import json
import logging
import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import structlog
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.confidentiality import Tlp
from bot.documents import Block, BlockKind, Document
from bot.words import draw_reference, fold_reference
from handlers.formats import FORMATS
from handlers.logs import configure
from tests.barrier import model
from tests.barrier.canaries import Secrets, guessed, spellable
from tests.barrier.decoders import DECODERS, decoded
from tests.barrier.doors import TEXT
from tests.barrier.looking import askings, unrecorded, unrecorded_page
from tests.barrier.machine import ELSEWHERE, walk_commands, walked
from tests.barrier.people import (
    COMES,
    GUESTS_PROXY,
    NAMED,
    OBJECTOR,
    OBSERVES,
    OTHER,
    PROPOSER,
    PROXY,
    READERS,
    SECRETARY,
    THEIR_ORGS,
)
from tests.barrier.story import STORY
from tests.barrier.walk import FEW_GUESSES, NO_PAGES, TYPED, reads, walk
from tests.barrier.world import MAIN, World, built
from tests.doors import commands

TOKEN = "zqaa12345678 & Zoë"
MIME = "MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: {how}\r\n\r\n"
FOLDED = "BEGIN:VCALENDAR\r\nSUMMARY:A long title\\, then zqaa12\r\n 345678 & Zo\r\n ë\r\nEND:VCALENDAR\r\n"
PAPERS = tuple(
    (kind.media_type, kind.write(Document("x", title, Tlp.AMBER, (), (Block(BlockKind.ITEM, text),), "x")))
    for kind in FORMATS.values()
    for title, text in ((TOKEN, "x"), ("x", TOKEN))
)
HIDDEN: tuple[tuple[str, bytes], ...] = (
    ("text/plain", TOKEN.encode()),
    ("text/plain", TOKEN.replace("&", "&amp;").encode()),
    ("text/plain", b"/x?title=zqaa12345678%20%26%20Zo%C3%AB"),
    ("text/html", b"<p>zqaa<b>12345678</b> &amp; Zo&euml;</p>"),
    ("application/json", json.dumps({"a": [{"b": TOKEN.replace("&", "&amp;")}]}).encode()),
    ("text/calendar", FOLDED.encode()),
    ("message/rfc822", f"Subject: =?utf-8?b?{base64.b64encode(TOKEN.encode()).decode()}?=\r\n\r\nx".encode()),
    ("message/rfc822", (MIME.format(kind="text/plain", how="base64")).encode() + base64.b64encode(TOKEN.encode())),
    (
        "message/rfc822",
        MIME.format(kind="text/html", how="quoted-printable").encode()
        + binascii.b2a_qp(b"<p>" + b"x" * 66 + TOKEN.replace("&", "&amp;").encode()),
    ),
    *((kind, data) for kind, data in PAPERS if kind in DECODERS),
    (
        "message/rfc822",
        MIME.format(kind="text/calendar", how="base64").encode() + base64.encodebytes(FOLDED.encode()),
    ),
)


@pytest.mark.parametrize(("media_type", "data"), HIDDEN)
def test_each_form_of_bytes_is_read_to_the_bottom(media_type: str, data: bytes) -> None:
    assert (media_type in DECODERS, TOKEN.casefold() in decoded(media_type, data)) == (True, True)


SPELLINGS: tuple[Callable[[str], str], ...] = (str, str.upper, str.lower, str.title, str.capitalize, str.swapcase)
"""How the house may spell a word that it keeps."""


@given(st.integers(0))
def test_a_guess_is_read_as_what_it_guesses_and_spelt_as_the_house_spells_nothing(seed: int) -> None:
    secrets, reference = Secrets(), draw_reference(random.Random(seed).randrange)
    assume(spellable(reference))
    token, named = secrets.token("x"), secrets.refer("x", reference)
    assert fold_reference(guessed(named)) == reference
    words = token, named
    assert [spelling(word) for word in words for spelling in SPELLINGS if spelling(word) == guessed(word)] == []
    for word in words:
        own = f"/lap propose cases {guessed(word)}"
        found = [secrets.found_in(TEXT, said.encode()) for said in (own, *(f"{own} {s(word)}" for s in SPELLINGS))]
        assert found == [{}, *[{word.casefold(): "x"}] * len(SPELLINGS)]
        assert secrets.found_in(TEXT, own.encode(), also_guesses=True) == {word.casefold(): "x"}


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as a serving process writes it; what was there before is put back."""
    root = logging.getLogger()
    before, level, config = root.handlers[:], root.level, structlog.get_config()
    made = io.StringIO()
    configure([], made)
    yield made
    root.handlers[:], root.level = before, level
    structlog.configure(**config)


def test_nobody_finds_at_any_door_what_is_not_theirs(
    tmp_path: Path, log: io.StringIO, request: pytest.FixtureRequest
) -> None:
    long = request.config.getoption("--long")
    with built(tmp_path, () if long else THEIR_ORGS, over_slack=True) as world:
        everybody_looks(world, tmp_path, log, str(request.config.getoption("--hypothesis-seed") or ""), long=long)


@pytest.mark.long
def test_nobody_finds_it_on_postgresql_either(
    tmp_path: Path,
    log: io.StringIO,
    request: pytest.FixtureRequest,
    postgres: str,
    postgres_copied: Callable[[str], AbstractContextManager[str]],
) -> None:
    """It has its own words for what is found and for what stands in what order: with the guesses of the short form."""
    with built(tmp_path, THEIR_ORGS, over_slack=True, url=postgres) as world:
        world.databases = postgres_copied
        everybody_looks(world, tmp_path, log, str(request.config.getoption("--hypothesis-seed") or ""), long=False)


def everybody_looks(world: World, folder: Path, log: io.StringIO, seed: str, *, long: bool) -> None:
    """The story is told in *world*; everybody reads, tries what they like in copies of it, and finds nothing."""
    unseen: dict[str, list[str]] = {}
    for n, step in enumerate(STORY):
        step(world)
        with world.copied(folder / "copy.db") as copy:
            for m, who in enumerate(READERS):
                if long:
                    reads(copy, who, ("", MAIN))
                else:
                    paged = (n + m) % 2 or step in STORY[-2:]
                    endings = ENDINGS[(n + m) // 2 % len(ENDINGS)] if paged else NO_PAGES
                    reads(copy, who, (MAIN,) if (n + m) % 2 else ("",), endings)
            unseen |= unrecorded(copy, askings(copy, random.Random(f"{n}{seed}"), 600 if long else 20))
            unseen |= unrecorded_page(copy)
        for m, who in enumerate(READERS):
            if long or (n + m) % len(STORY) == 0:
                with world.copied(folder / "copy.db") as copy:
                    walk(copy, who, random.Random(f"{n} {m}{seed}"), 300 if long else FEW_GUESSES)
    with world.copied(folder / "copy.db") as copy:
        walk_commands(copy, folder / "commands")
    assert TYPED not in decoded("text/plain", log.getvalue().encode())
    world.secrets.probe(LOG_READER, "log", "text/plain", log.getvalue().encode())
    unread = [(who.person.name, it) for who, it in READ_BY if it not in world.secrets.given_to(who.person)]
    found, nobodys = world.secrets.found, SPARE | world.secrets.of_kind("red")
    unproved = [name for name in world.secrets.unproved() if name not in nobodys]
    print(f"{found.probes} probes, {len(found.seen)} secrets seen by whom they are for; unproved: {unproved}")
    (folder / "hits").write_text("\n".join(f"--- {hit}\n{said}" for hit, said in found.leaks.items()))
    print(*(f"--- {hit}\n{said[:2000]}" for hit, said in list(found.leaks.items())[:9]), sep="\n")
    assert sorted(f"{hit.reader}, {hit.door[:80]}: {hit.secret}" for hit in found.leaks) == []
    assert unseen == {}
    assert unread == []
    assert unproved == []
    assert found.forms >= {kind.media_type for kind in FORMATS.values()}


def test_each_command_of_the_command_line_is_walked_or_has_nothing_to_say() -> None:
    assert sorted({*walked(), *ELSEWHERE}) == sorted(commands())


ENDINGS = tuple(FORMATS)
"""In the short form a reader's pages are asked for at every second step and the last two, with a file of one kind."""
LOG_READER = model.Person("whoever reads the log", "", model.NOBODY)
READ_BY = (
    (OTHER, "a paper of a closed case"), (OTHER, "the name of a paper of a closed case"),
    (OBSERVES, "a paper of a guest's report"), (OBSERVES, "the name of a paper of a guest's report"),
    (OTHER, "words of who does not hear the part"), (OTHER, "words refused to who does not run the call"),
    (OTHER, "a spoken link"), (OTHER, "an address"), (OTHER, "a spoken heading"), (OTHER, "words put right"),
    (OTHER, "a spoken action"),
    (OTHER, "a spoken line"), (NAMED, "a spoken line of the named"),
    (OBJECTOR, "an Agency's withheld line"), (OBJECTOR, "a correction of a withheld line"),
    (COMES, "an Agency's line shared again"), (COMES, "an Agency's line withheld late"),
    (PROXY, "strategy"), (PROXY, "a note of the named"), (PROXY, "a closed case"), (GUESTS_PROXY, "trends"),
    (GUESTS_PROXY, "a joint note"),
    (OTHER, "who cannot come"), (OTHER, "that a gate stood shut"), (PROXY, "that a gate stood shut"),
    (OTHER, "why an Agency's action of a closed part was dropped"),
    (PROPOSER, "a line from paper"), (NAMED, "its other name"), (SECRETARY, "a mail of harbour-bank"),
    (OTHER, "a line behind a gate"),
    (SECRETARY, "the count of actions"), (SECRETARY, "the picture of actions"),
)  # fmt: skip
"""Who it is that has to have been given what, beside the one whom each secret needs."""
SPARE = {f"{kind} {n}" for kind in ("bridge", "number") for n in range(5)}
"""Bridges of the pool that no part needed, and numbers of them."""
