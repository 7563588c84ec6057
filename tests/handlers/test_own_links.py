"""Somebody's own links: told, and given anew so that every earlier one is dead and the calendar follows."""

from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import NotEntitled
from handlers.attendees import unadmit
from handlers.composing import YOUR_PAGE
from handlers.feed import read_feed
from handlers.kept_feeds import KeptFeeds
from handlers.links import sha256_of
from handlers.own_links import reset_feed, reset_links, tell_links
from storage import invitations, links
from storage.tables import LinkPurpose
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.cast import cast as make_cast
from tests.links import FEED, JOIN, PAGE, printed
from tests.lists import DAY, Sent, arrive, leave, with_approved
from tests.slack_front import say, unmended

BANK = "abuse-desk@harbour-bank.example"


def lives(cast: Cast, link: str, purpose: LinkPurpose) -> bool:
    with cast.desk.store.read() as tx:
        return links.holder(tx, sha256_of(link), purpose) is not None


def three(cast: Cast, call_id: str) -> dict[LinkPurpose, str]:
    bank = cast.actor("harbour-bank")
    return {p: printed(cast, bank, p, call_id if p is JOIN else None) for p in (JOIN, PAGE, FEED)}


def mailed(cast: Cast) -> list[Sent]:
    return [s for s in leave(cast) if (s.email, s.door) == (BANK, "mail")]


def revisions(cast: Cast) -> list[tuple[int, int, int]]:
    """SEQUENCE, revision, and the one that Harbour Bank holds, of each of its copies."""
    with cast.desk.store.read() as tx:
        found = invitations.of_person(tx, cast.actor("harbour-bank").contact.id)
    return [(c.sequence, c.revision, c.sent_revision) for c in found]


def test_a_new_feed_ends_the_earlier_one_and_leaves_the_other_links(cast: Cast) -> None:
    before = three(cast, with_approved(cast, "harbour-bank"))
    own = reset_feed(cast.desk, cast.actor("harbour-bank"))
    assert [lives(cast, before[p], p) for p in (JOIN, PAGE, FEED)] == [True, True, False]
    assert lives(cast, own.feed.rpartition("/")[2].removesuffix(".ics"), FEED)
    assert tell_links(cast.desk, cast.actor("harbour-bank")) == own


def test_new_links_end_every_earlier_one_and_each_is_printed_anew(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    arrive(cast)
    before = three(cast, call_id)
    reset_links(cast.desk, cast.actor("harbour-bank"))
    after = three(cast, call_id)
    assert [lives(cast, before[p], p) for p in before] == [False, False, False]
    assert [lives(cast, after[p], p) for p in after] == [True, True, True]


def test_new_links_are_mailed_with_the_page_and_the_entry_that_has_the_new_link(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    arrive(cast)
    reset_links(cast.desk, cast.secretary, "harbour-bank")
    told = {s.kind: s.notice for s in mailed(cast)}
    cast.clock.advance(minutes=1)
    told |= {s.kind: s.notice for s in mailed(cast)}
    now = three(cast, call_id)
    page = (YOUR_PAGE, f"https://lap.example/me/{now[PAGE]}")
    assert told["links"].links[-1] == told["invitation"].links[-1] == page
    copy = told["invitation"].copy
    assert copy is not None
    assert (copy.location, copy.sequence) == (f"https://lap.example/join/{now[JOIN]}", 0)
    assert (told["invitation"].subject, revisions(cast)) == (
        "New link to join: Reports, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)", [(0, 2, 2)]
    )  # fmt: skip


def test_new_links_tell_no_sooner_what_waits_for_its_time(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    reset_links(cast.desk, cast.actor("harbour-bank"))
    assert [s.kind for s in mailed(cast)] == ["links"]
    cast.clock.advance(minutes=2)
    assert [s.notice.subject.split(":")[0] for s in mailed(cast)] == ["Withdrawn"]


def test_nobody_elses_link_is_touched(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    other = printed(cast, cast.actor("meridian-net"), JOIN, call_id)
    reset_links(cast.desk, cast.actor("harbour-bank"))
    assert lives(cast, other, JOIN)


def test_only_the_secretariat_gives_somebody_else_new_links(cast: Cast) -> None:
    with pytest.raises(NotEntitled):
        reset_links(cast.desk, cast.actor("fr-cnil"), "harbour-bank")
    assert refusal_of(lambda: reset_links(cast.desk, cast.actor("fr-cnil"), "nobody-at-all")) == refusal_of(
        lambda: reset_links(cast.desk, cast.actor("fr-cnil"), "harbour-bank")
    )


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["print", "feed", "all"]), max_size=6))
def test_of_all_feeds_ever_printed_only_the_latest_lives(life: list[str]) -> None:
    with TemporaryDirectory() as folder, make_cast(f"sqlite:///{folder}/lap.db") as cast:
        person, seen = cast.actor("fr-cnil"), dict[str, None]()
        for act in [*life, "print"]:
            done = {"print": tell_links, "feed": reset_feed, "all": reset_links}[act](cast.desk, person)
            own = getattr(done, "own", done)
            seen[own.feed.rpartition("/")[2].removesuffix(".ics")] = None
        assert [lives(cast, feed, FEED) for feed in seen] == [False] * (len(seen) - 1) + [True]


# --- in Slack ---


def test_feed_tells_both_addresses_and_how_to_subscribe(cast: Cast) -> None:
    bank = cast.actor("harbour-bank")
    told, page = say(cast, bank, "feed").text, f"https://lap.example/me/{printed(cast, bank, PAGE)}"
    assert told == (
        f"Your calendar feed: <https://lap.example/calendar/{printed(cast, bank, FEED)}.ics>\n"
        "To subscribe: in Outlook “Add calendar”, “Subscribe from web”; in Google Calendar “Other calendars”, "
        "“From URL”; in Apple Calendar “File”, “New Calendar Subscription”.\n"
        "Reminders in it: none. `/lap feed alarm 15` sets them 15 minutes before, `/lap feed alarm off` ends them.\n"
        f"Your page, which says what awaits you and needs no Slack: <{page}>\n"
        "Both are for you alone: whoever has an address reads what you read. `/lap feed reset` gives the feed a new "
        "one, `/lap links reset` all your links."
    )


def test_feed_reset_tells_the_new_address(cast: Cast) -> None:
    bank = cast.actor("harbour-bank")
    before, told = say(cast, bank, "feed").text, say(cast, bank, "feed reset").text
    first, _, rest = told.partition("\n")
    assert (
        first
        == "Your calendar feed has a new address, and the earlier one leads nowhere any more. Subscribe to it again."
    )
    assert (rest == say(cast, bank, "feed").text, rest == before) == (True, False)


def test_an_alarm_is_told_and_stands_in_the_feed(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    bank, rings = cast.actor("harbour-bank"), []
    for line in ("feed alarm 1", "feed alarm off"):
        said = say(cast, bank, line).text
        found = read_feed(cast.desk, printed(cast, bank, FEED), KeptFeeds())
        assert found is not None
        rings.append((said.partition(",")[0], b"TRIGGER:-PT1M" in found.body))
    assert rings == [
        ("Reminders in your calendar feed: 1 minute before each entry", True),
        ("Reminders in your calendar feed: none", False),
    ]


def test_the_secretariat_gives_somebody_new_links_and_is_shown_none_of_them(cast: Cast) -> None:
    told = say(cast, cast.secretary, "links reset harbour-bank").text
    assert told == (
        "The links of Harbour Bank have new addresses, and the earlier ones lead nowhere any more. A mail "
        "with the page, and the entries of coming calls with their new links, are on their way."
    )


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (
            "feed me",
            "Say `feed` for the addresses of your feed and your page, `/lap feed reset` for a new feed, or "
            "`/lap feed alarm 15` for a reminder before each entry.",
        ),
        *(
            (
                f"feed alarm {wish}",
                "Say `/lap feed alarm 15` for a reminder 15 minutes before each entry of your feed (1 to 10080), or "
                "`/lap feed alarm off` for none.",
            )
            for wish in ("", "soon", "0", "-5", "10081", "²", "1e3")
        ),
        (
            "links",
            "Say `links reset` for new links of your own; the secretariat may name somebody: `/lap links reset WHO`.",
        ),
        (
            "links reset gb-ico",
            "Only the secretariat can give somebody else new links. Ask it to, at calls@lap.example.",
        ),
    ],
)
def test_what_is_not_understood_or_allowed_is_said_with_what_is(cast: Cast, line: str, says: str) -> None:
    assert unmended(say(cast, cast.actor("fr-cnil"), line)) == says
