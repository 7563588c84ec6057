"""Owns the proof of the agenda's rules: titles, audiences, order, and what a building places where."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.agenda import (
    AgendaItem,
    ItemState,
    LeftOver,
    awaiting_consent,
    build,
    clean_title,
    heard_by,
    may_pass,
    may_stand_in,
    move,
    put_between,
)
from bot.calls import Call, CallKind, CallState, Segment
from bot.confidentiality import Tlp
from bot.errors import Conflict, NotUnderstood
from bot.participants import ParticipantKind
from bot.procedure import Procedure
from bot.topics import AudienceKind, Topic

START = datetime(2027, 2, 16, 13, tzinfo=UTC)
CLAUSES = [t.clause for t in Procedure.default().topics]
JOINT = Segment("s-joint", "Reports", AudienceKind.JOINT, 30)
CLOSED = Segment("s-closed", "Agencies", AudienceKind.AGENCIES, 60)
CALL = Call("call", "Bimonthly", CallKind.MEMBERS, CallState.ANNOUNCED, START, (JOINT, CLOSED))
CASES = Topic("A.3.a", "cases", "Cases", AudienceKind.AGENCIES)


def item(
    reference: str,
    clause: str = "A.3.a",
    minutes: int | None = None,
    audience: AudienceKind = AudienceKind.AGENCIES,
    state: ItemState = ItemState.ACCEPTED,
    proposer: str = "p-agency",
    segment: str | None = None,
    position: int = 0,
) -> AgendaItem:
    return AgendaItem(
        reference, "call", segment, position, clause, f"Title {reference}", minutes, audience, Tlp.AMBER, state,
        proposer, "c-1", START - timedelta(days=30),
    )  # fmt: skip


def places(*items: AgendaItem) -> list[tuple[str, str | None]]:
    return [(i.reference, i.segment_id) for i in items]


def test_items_stand_in_the_catalogues_order_each_where_its_audience_may_hear_it() -> None:
    built = build(
        CALL,
        [item("warn", "B.3.a.v", audience=AudienceKind.JOINT), item("dev", "A.3.b"), item("case", "A.3.a")],
        CLAUSES,
    )
    assert places(*built.placed) == [("warn", "s-joint"), ("case", "s-closed"), ("dev", "s-closed")]


def test_a_joint_item_goes_to_closed_time_once_the_joint_part_is_full() -> None:
    long, short = (item(r, "B.3.a.i", m, AudienceKind.JOINT) for r, m in (("a", 25), ("b", 10)))
    assert places(*build(CALL, [long, short], CLAUSES).placed) == [("a", "s-joint"), ("b", "s-closed")]


def test_a_guests_item_is_left_over_rather_than_put_where_the_guest_cannot_be() -> None:
    long = item("a", "B.3.a.i", 25, AudienceKind.JOINT)
    guest = item("b", "B.3.a.i", 10, AudienceKind.JOINT, proposer="p-guest")
    assert build(CALL, [long, guest], CLAUSES, {"p-guest"}).left_over == (LeftOver(guest, 5),)


def test_what_does_not_fit_is_told_with_the_minutes_lacking() -> None:
    first, second = item("a", minutes=50), item("b", minutes=25)
    assert build(CALL, [first, second], CLAUSES).left_over == (LeftOver(second, 15),)


def test_a_closed_item_has_no_place_in_a_call_of_joint_parts() -> None:
    training = replace(CALL, kind=CallKind.TRAINING, segments=(JOINT,))
    assert build(training, [item("a")], CLAUSES).left_over == (LeftOver(item("a"), None),)


def test_what_is_placed_keeps_its_place_and_new_items_come_between() -> None:
    standing = [item("b", "A.3.b", segment="s-closed", position=1), item("e", "A.3.e", segment="s-closed", position=2)]
    built = build(CALL, [*standing, item("c", "A.3.c")], CLAUSES)
    assert [(i.reference, i.position) for i in built.placed] == [("b", 1), ("c", 2), ("e", 3)]


@given(st.lists(st.sampled_from(CLAUSES), max_size=8))
def test_items_put_between_one_by_one_stand_in_the_catalogues_order(clauses: list[str]) -> None:
    there: list[AgendaItem] = []
    for n, clause in enumerate(clauses):
        there = put_between(there, item(f"i{n}", clause), CLAUSES)
    assert [i.clause for i in there] == sorted(clauses, key=CLAUSES.index)


def test_the_secretariats_own_order_stands() -> None:
    standing = [item("e", "A.3.e", segment="s-closed", position=1), item("a", "A.3.a", segment="s-closed", position=2)]
    assert [i.reference for i in build(CALL, standing, CLAUSES).placed] == ["e", "a"]


def test_a_segment_of_named_organisations_takes_their_items_alone_and_last() -> None:
    few = replace(CALL, segments=(replace(CLOSED, id="s-few", only=frozenset({"p-1"})), replace(CLOSED, minutes=10)))
    mine, theirs = item("a", proposer="p-2"), item("b", proposer="p-1")
    built = build(few, [mine, theirs], CLAUSES)
    assert places(*built.placed) == [("b", "s-few"), ("a", "s-closed")]


def test_a_deferred_item_that_comes_back_is_accepted_for_the_call() -> None:
    deferred = replace(item("a", state=ItemState.DEFERRED), call_id="earlier")
    (placed,) = build(CALL, [deferred], CLAUSES).placed
    assert (placed.call_id, placed.state) == ("call", ItemState.ACCEPTED)


@st.composite
def agendas(draw: st.DrawFn) -> tuple[Call, list[AgendaItem], frozenset[str]]:
    segments = tuple(
        Segment(f"s{n}", "Part", draw(st.sampled_from(AudienceKind)), draw(st.integers(1, 60)))
        for n in range(draw(st.integers(1, 4)))
    )
    items = [
        item(
            f"i{n}",
            draw(st.sampled_from([*CLAUSES, "X.1"])),
            draw(st.none() | st.integers(1, 40)),
            draw(st.sampled_from(AudienceKind)),
            draw(st.sampled_from([ItemState.ACCEPTED, ItemState.DEFERRED])),
            draw(st.sampled_from(["p-agency", "p-guest"])),
            draw(st.none() | st.sampled_from([s.id for s in segments])),
            draw(st.integers(0, 3)),
        )
        for n in range(draw(st.integers(0, 8)))
    ]
    return replace(CALL, segments=segments), items, draw(st.sampled_from([frozenset[str](), frozenset({"p-guest"})]))


@given(agendas())
def test_a_building_loses_nothing_overfills_nothing_and_opens_nothing(
    given_agenda: tuple[Call, list[AgendaItem], frozenset[str]],
) -> None:
    call, items, guests = given_agenda
    built = build(call, items, CLAUSES, guests)
    before = {i.reference: i for i in items}
    new = [i for i in built.placed if before[i.reference].segment_id is None]
    parts = {s.id: s for s in call.segments}
    used = {s: sum(i.needs for i in built.placed if i.segment_id == s) for s in parts}
    assert sorted(before) == sorted([i.reference for i in built.placed] + [o.item.reference for o in built.left_over])
    assert all(may_stand_in(i, parts[i.segment_id or ""]) for i in new)
    assert all(parts[i.segment_id or ""].audience is AudienceKind.JOINT for i in new if i.proposer_id in guests)
    assert all(used[i.segment_id or ""] <= parts[i.segment_id or ""].minutes for i in new)
    assert build(call, [*built.placed, *(o.item for o in built.left_over)], CLAUSES, guests) == built


@given(agendas(), st.sampled_from([-1, 1]))
def test_moving_an_item_there_and_back_changes_no_order(
    given_agenda: tuple[Call, list[AgendaItem], frozenset[str]], by: int
) -> None:
    items = sorted(given_agenda[1], key=lambda i: (i.position, i.created_at, i.reference))
    for at, it in enumerate(items):
        if 0 <= at + by < len(items):
            there_and_back = move(move(items, it.reference, by), it.reference, -by)
            assert [i.reference for i in there_and_back] == [i.reference for i in items]


def test_a_title_becomes_one_harmless_line() -> None:
    assert clean_title("  Robocall\r\ngateways\u202e \u0000") == "Robocall gateways"


def test_a_title_of_200_characters_fits_and_one_more_is_refused() -> None:
    assert len(clean_title("x" * 200)) == 200
    with pytest.raises(NotUnderstood) as refused:
        clean_title("x" * 201)
    assert refused.value.says == "The title has 201 characters; at most 200 fit. Please shorten it."


@pytest.mark.parametrize("title", ["The source [closed]", "【closed】The source", "the [Closed] source"])
def test_a_title_with_the_mark_that_closes_in_it_is_refused_as_it_would_not_count(title: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        clean_title(title)
    assert refused.value.says == (
        "A title has beside it who may hear it, not in it: “[closed]” would not count there. Leave it out, and say "
        "`closed` behind the title in quotes, or choose it in the form; of an item that is there, "
        "`/lap item ITEM closed` does."
    )
    assert clean_title("The closed source (closed)") == "The closed source (closed)"


def test_an_agencys_item_is_heard_as_its_topic_says_unless_the_agency_says_otherwise() -> None:
    asked = (None, AudienceKind.JOINT, AudienceKind.AGENCIES)
    assert [heard_by(ParticipantKind.AGENCY, CASES, a) for a in asked] == [
        AudienceKind.AGENCIES,
        AudienceKind.JOINT,
        AudienceKind.AGENCIES,
    ]


def test_a_guests_item_is_joint_whatever_its_topic_and_a_closed_one_is_refused() -> None:
    assert heard_by(ParticipantKind.OBSERVER, CASES, None) is AudienceKind.JOINT
    with pytest.raises(Conflict) as refused:
        heard_by(ParticipantKind.PRIVATE_SECTOR, CASES, AudienceKind.AGENCIES)
    assert refused.value.says == (
        "Items of representatives and observers are joint: a closed one you could not hear yourself. "
        "Leave out `closed`; what only Agencies may read, give to the Agency concerned."
    )


def test_an_item_of_a_call_of_few_agencies_comes_to_no_wider_one() -> None:
    few = frozenset({"p-1", "p-2"})
    wide, same, fewer = (replace(CALL, only=only) for only in (frozenset[str](), few, frozenset({"p-1"})))
    assert [may_pass(few, call) for call in (wide, same, fewer)] == [False, True, True]
    assert may_pass(frozenset(), wide)


def test_a_part_turned_joint_waits_for_its_accepted_closed_items_alone() -> None:
    closed = item("a", segment="s-closed")
    others = [
        item("b", segment="s-closed", audience=AudienceKind.JOINT),
        item("c", segment="s-closed", state=ItemState.PROPOSED),
        item("d", segment="s-joint"),
    ]
    assert awaiting_consent([closed, *others], "s-closed") == (closed,)
