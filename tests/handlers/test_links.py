"""Personal links: tokens that never meet, every way in which one ends, and what a rotated secret changes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import select

from bot.topics import AudienceKind
from handlers.announcing import cancel_call
from handlers.attendees import admit, unadmit
from handlers.circulation import approve_list, circulate
from handlers.contacts import remove_contact, replace_contact
from handlers.directory import leave
from handlers.joining import follow
from handlers.links import Link, known_links, sha256_of, token
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import object_to_access, withdraw_objection
from handlers.segments import PartChange, change_segment
from handlers.undo import undo_last
from handlers.work import Reading
from storage import directory, links
from storage.tables import LinkPurpose, LinkRow
from tests.cast import SECRET, Cast
from tests.links import FEED, JOIN, PAGE, printed
from tests.lists import DAY, START, with_approved, with_call
from tests.statements import heard

BANK = "abuse-desk@harbour-bank.example"
IDS = st.text(st.characters(exclude_characters="|", exclude_categories=["Cs"]), min_size=1, max_size=20)
MADE_FROM = st.tuples(st.sampled_from(LinkPurpose), IDS, st.integers(0, 50), st.none() | IDS)


def lives(cast: Cast, link: str, purpose: LinkPurpose) -> bool:
    with cast.desk.store.read() as tx:
        return links.holder(tx, sha256_of(link), purpose) is not None


def unlike(cast: Cast, old: str | None, new: str) -> None:
    """The desk with the secrets rotated from *old* to *new*."""
    kept = SecretStr(old) if old else None
    settings = cast.desk.settings.model_copy(update={"lap_secret": SecretStr(new), "lap_secret_old": kept})
    cast.desk = replace(cast.desk, settings=settings)


# --- tokens ---


@given(MADE_FROM, MADE_FROM)
def test_two_tokens_are_equal_where_what_they_were_made_from_is(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    assert (token(SECRET, *one) == token(SECRET, *other)) is (one == other)


@given(MADE_FROM)
def test_a_token_is_22_signs_that_need_no_escape_and_another_secret_makes_another(made: tuple) -> None:  # type: ignore[type-arg]
    found = token(SECRET, *made)
    length = 26 if made[0] is LinkPurpose.REPLY else 22
    assert (len(found), found.replace("-", "").replace("_", "").isalnum()) == (length, True)
    assert found != token(SECRET + "x", *made)


def test_a_token_is_the_first_half_of_the_hmac_of_purpose_person_and_epoch() -> None:
    assert token(SECRET, FEED, "c-1", 2) == "PtDdWjtbUbZScirTIqDxtw"


def test_an_id_with_the_separator_makes_no_token() -> None:
    with pytest.raises(ValueError, match="holds no"):
        token(SECRET, FEED, "a|b")


# --- printing ---


def test_a_link_printed_again_is_the_same_and_writes_nothing(cast: Cast) -> None:
    first = printed(cast, cast.actor("fr-cnil"), FEED)
    with heard(cast.desk.store) as asked:
        assert printed(cast, cast.actor("fr-cnil"), FEED) == first
    assert [a for a in asked if "link" in a and not a.startswith("SELECT")] == []


def test_the_database_keeps_no_token(cast: Cast) -> None:
    link = printed(cast, cast.actor("fr-cnil"), PAGE)
    with cast.desk.store.read() as tx:
        rows = tx.execute(select(LinkRow.__table__)).all()  # type: ignore[attr-defined]
    assert (len(rows), link in str(rows)) == (1, False)


def test_what_was_printed_under_the_old_secret_works_on_and_is_not_doubled_by_printing_anew(cast: Cast) -> None:
    person = cast.actor("fr-cnil")
    before = printed(cast, person, FEED)
    unlike(cast, SECRET, "another-secret-that-is-just-as-long-as-it")
    after = printed(cast, person, FEED)
    assert (before != after, lives(cast, before, FEED), lives(cast, after, FEED)) == (True, True, True)
    with cast.desk.store.read() as tx:
        work = Reading(cast.desk, tx, person, cast.clock())
        assert known_links(work, person.contact.id) == {Link(FEED): f"https://lap.example/calendar/{after}.ics"}


def test_a_known_link_keeps_its_address_while_the_secret_is_rotated_and_has_none_after(cast: Cast) -> None:
    person = cast.actor("fr-cnil")
    before = printed(cast, person, FEED)
    told = []
    for old in (SECRET, None):
        unlike(cast, old, "another-secret-that-is-just-as-long-as-it")
        with cast.desk.store.read() as tx:
            told.append(dict(known_links(Reading(cast.desk, tx, person, cast.clock()), person.contact.id)))
    assert told == [{Link(FEED): f"https://lap.example/calendar/{before}.ics"}, {}]
    assert lives(cast, before, FEED)


# --- what ends them ---


def by_objection(cast: Cast) -> None:
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))


def by_standing_objection(cast: Cast) -> None:
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", standing=True))


def by_taking_off(cast: Cast) -> None:
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)


def by_closing_the_part(cast: Cast) -> None:
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(AudienceKind.AGENCIES))


def by_removing_the_part(cast: Cast) -> None:
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(remove=True))


def by_cancelling_the_call(cast: Cast) -> None:
    cancel_call(cast.desk, cast.secretary, DAY)


RIGHTS = [
    by_objection, by_standing_objection, by_taking_off, by_closing_the_part, by_removing_the_part,
    by_cancelling_the_call,
]  # fmt: skip


def by_removing_the_contact(cast: Cast) -> None:
    second = replace(cast.actor("harbour-bank").contact, id="c-second", email="second@harbour-bank.example")
    with cast.desk.store.begin() as tx:
        directory.insert_contacts(tx, [second])
    remove_contact(cast.desk, cast.secretary, BANK)


def by_replacing_the_contact(cast: Cast) -> None:
    replace_contact(cast.desk, cast.secretary, BANK, "new@harbour-bank.example", "New")


def by_leaving(cast: Cast) -> None:
    leave(cast.desk, cast.secretary, "harbour-bank")


GOING = [by_removing_the_contact, by_replacing_the_contact, by_leaving]


def three(cast: Cast) -> dict[LinkPurpose, str]:
    """Harbour Bank's links on the eve of a call that it is approved for."""
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    bank = cast.actor("harbour-bank")
    return {p: printed(cast, bank, p, call_id if p is JOIN else None) for p in (JOIN, PAGE, FEED)}


@pytest.mark.parametrize("end", RIGHTS, ids=lambda f: f.__name__)
def test_losing_the_last_right_ends_the_link_to_join_at_once_and_no_other(
    cast: Cast, end: Callable[[Cast], None]
) -> None:
    mine = three(cast)
    assert [lives(cast, link, purpose) for purpose, link in mine.items()] == [True, True, True]
    end(cast)
    assert [lives(cast, link, purpose) for purpose, link in mine.items()] == [False, True, True]


@pytest.mark.parametrize("end", GOING, ids=lambda f: f.__name__)
def test_who_goes_has_no_link_from_that_moment(cast: Cast, end: Callable[[Cast], None]) -> None:
    mine = three(cast)
    end(cast)
    assert [lives(cast, link, purpose) for purpose, link in mine.items()] == [False, False, False]


def test_a_link_to_join_does_not_live_on_by_somebody_elses_place(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    mine, theirs = (printed(cast, cast.actor(who), JOIN, call_id) for who in ("harbour-bank", "meridian-net"))
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    assert (lives(cast, mine, JOIN), lives(cast, theirs, JOIN)) == (False, True)


def test_an_objection_ends_nobody_elses_link(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "meridian-net")
    others = [printed(cast, cast.actor(who), JOIN, call_id) for who in ("meridian-net", "gb-ico")]
    by_objection(cast)
    assert [lives(cast, link, JOIN) for link in others] == [True, True]


def test_an_objection_taken_back_before_word_of_it_left_revives_the_very_link(cast: Cast) -> None:
    mine = three(cast)
    by_objection(cast)
    undo_last(cast.desk, cast.actor("fr-cnil"), Wish("undo", go=True))
    assert lives(cast, mine[JOIN], JOIN)


def test_who_is_approved_again_joins_by_the_link_that_the_new_invitation_shows(cast: Cast) -> None:
    mine = three(cast)
    by_taking_off(cast)
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    assert not lives(cast, mine[JOIN], JOIN)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert lives(cast, mine[JOIN], JOIN)


def test_withdrawing_an_objection_revives_no_link_before_a_new_approval(cast: Cast) -> None:
    mine = three(cast)
    made = object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank", calls=((DAY, ()),)))
    withdraw_objection(cast.desk, cast.actor("fr-cnil"), made.references[0])
    assert not lives(cast, mine[JOIN], JOIN)


@pytest.mark.parametrize("purpose", [JOIN, PAGE, FEED])
def test_a_link_serves_its_own_purpose_only(cast: Cast, purpose: LinkPurpose) -> None:
    mine = three(cast)
    assert [p for p in LinkPurpose if lives(cast, mine[purpose], p)] == [purpose]


def test_a_dead_link_an_unknown_one_and_one_of_another_purpose_cost_one_look_each(cast: Cast) -> None:
    mine = three(cast)
    by_objection(cast)
    cast.clock.at = START - timedelta(minutes=5)
    for link in (mine[JOIN], mine[PAGE], "A" * 22, "x" * 100_000, "\udcff", ""):
        with heard(cast.desk.store) as asked:
            assert (follow(cast.desk, link), len(asked)) == (None, 1)


def test_following_an_agencys_link_needs_no_place_on_a_list(cast: Cast) -> None:
    call_id = with_call(cast)
    assert lives(cast, printed(cast, cast.actor("fr-cnil"), JOIN, call_id), JOIN)
