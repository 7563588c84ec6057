"""The choke point against a model of entitlement written apart from it: on cases by hand, and on generated ones."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.barrier import as_house, model
from tests.barrier.as_house import AGENCY as A
from tests.barrier.as_house import BANK as B
from tests.barrier.as_house import CARRIER as C
from tests.barrier.as_house import GUESTS, OF_ITEMS, ORGS, PEOPLE, PROXIES
from tests.barrier.as_house import OBSERVER as OBS
from tests.barrier.as_house import OTHER_AGENCY as A2
from tests.barrier.as_house import SECRETARY as S
from tests.barrier.as_house import TELLER as T
from tests.barrier.as_house import THIRD_AGENCY as A3
from tests.barrier.model import Call, Objection, Part, Person, Thing

# --- generated ---

PARTS = ("one", "two", "three")
AGENCIES = ("an Agency", "another Agency", "a third Agency")
places = st.sets(st.tuples(st.sampled_from([p.name for p in GUESTS]), st.sampled_from(PARTS)))
some_orgs = st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(sorted(ORGS)), min_size=1))
moments = st.integers(-300, 3_000)


@st.composite
def objections(draw: st.DrawFn, now: int) -> Objection:
    guest = draw(st.sampled_from(GUESTS))
    scope = draw(st.one_of(st.just({model.EVERYWHERE}), st.sets(st.sampled_from(PARTS), min_size=1)))
    since = draw(st.integers(-400, now))
    ended = draw(st.one_of(st.none(), st.integers(since, now)))
    until = draw(st.one_of(st.none(), st.integers(since, 4_000)))
    person = draw(st.sampled_from(("", guest.name)))
    return Objection(draw(st.sampled_from(AGENCIES)), guest.org, person, frozenset(scope), since, ended, until)


@st.composite
def calls(draw: st.DrawFn) -> Call:
    minutes = st.integers(5, 40)
    parts = [Part(name, draw(minutes), draw(st.booleans()), draw(some_orgs)) for name in PARTS]
    now = draw(moments)
    state = draw(st.sampled_from(("draft", "announced", "announced", "held", "held", "cancelled")))
    running = state == "announced" and now >= 0 and draw(st.booleans())
    ended = draw(st.integers(0, now)) if state == "held" and now >= 0 else None
    return Call(
        "the call",
        parts,
        state,
        draw(some_orgs),
        draw(st.integers(0, 9)) == 0,
        draw(places),
        draw(places),
        draw(places),
        draw(st.sets(st.tuples(st.sampled_from(sorted(ORGS)), st.sampled_from(PARTS)), max_size=2)),
        draw(st.lists(objections(now), max_size=3)),
        draw(st.booleans()),
        draw(st.booleans()),
        now,
        running,
        ended,
        briefed=draw(st.booleans()),
        scribe=draw(st.sampled_from(("", *(p.name for p in PEOPLE)))),
    )


@st.composite
def things(draw: st.DrawFn) -> Thing:
    kind = draw(st.sampled_from(sorted(ASKED)))
    part, org = draw(st.sampled_from(PARTS)), draw(st.sampled_from(sorted(ORGS)))
    flags: dict[str, Any] = {
        name: draw(st.booleans()) for name in ("joint", "closed", "accepted", "confirmed", "withheld")
    }
    person = draw(st.sampled_from(GUESTS))
    if kind == "place in the queue":
        waits = draw(st.sampled_from((*GUESTS, A)))
        return Thing(kind, "the call", part, waits.org, whose=waits)
    if kind == "line of an edition":
        return Thing(kind, "the call", part, org, released=draw(st.booleans()), **flags)
    if kind in OF_ITEMS:
        of_call = draw(st.booleans())
        part = part if of_call and draw(st.booleans()) else ""
        return Thing(kind, "the call" if of_call else "", part, org, **flags)
    if kind == "name on the list":
        return Thing(kind, "the call", part, person.org, person.name)
    if kind == "regrets" and ORGS[org] != model.AGENCY:
        return Thing(kind, "the call", part, person.org, person.name)
    if kind == "objection":
        return Thing(kind, "the call", org=draw(st.sampled_from(AGENCIES)))
    if kind == "contact":
        return Thing(kind, org=org, shown=ORGS[org] == model.AGENCY and flags["confirmed"])
    return Thing(kind, "the call", part, org, **flags)


ASKED = {
    "call title",
    "part title",
    "item",
    "paper",
    "line",
    "action",
    "name on the list",
    "attendance",
    "regrets",
    "objection",
    "contact",
    "harm",
    "harm by others",
    "confirmation",
    "consent",
    "report",
    "amendment",
    "line of an edition",
    "former owner",
    "reason",
    "place in the queue",
}


@given(calls(), st.lists(things(), min_size=1, max_size=6))
def test_the_choke_point_says_what_the_model_says(call: Call, asked: list[Thing]) -> None:
    for thing in asked:
        if thing.kind in OF_ITEMS and thing.accepted and thing.part:
            known = replace(call, own=call.own | {(thing.org, thing.part)})
        elif thing.kind == "regrets" and thing.person:  # an organisation's: of its people that one alone is listed
            beside = {p.name for p in GUESTS if p.org == thing.org} - {thing.person}
            listed = {place for place in call.circulated if place[0] not in beside}
            known = replace(call, circulated=listed, chosen=call.chosen | {(thing.person, thing.part)})
        elif thing.kind == "name on the list":
            known = replace(call, chosen=call.chosen | {(thing.person, thing.part)})  # it stands there in some state
        elif thing.kind == "call title" and call.state == "cancelled":
            continue  # the mail that cancels says it once more; nothing that is asked for does
        else:
            known = call
        said = {who.name: as_house.may(who, thing, known) for who in (*PEOPLE, *PROXIES)}
        assert said == {who.name: model.may(who, thing, known) for who in (*PEOPLE, *PROXIES)}


# --- by hand ---

GUEST_PLACES = {(guest.name, part) for guest in (B, C, OBS) for part in ("reports", "trends")}
TO_THE_BANK = Objection("another Agency", "the bank")


def a_call(**more: object) -> Call:
    """The worked call: two joint parts, a closed one, and one for two Agencies."""
    parts = [
        Part("reports", 30, joint=True),
        Part("trends", 20, joint=True),
        Part("cases", 30, joint=False),
        Part("strategy", 20, joint=False, only=frozenset({"an Agency", "another Agency"})),
    ]
    known = {"state": "announced", "circulated": GUEST_PLACES, "approved": GUEST_PLACES, **more}
    return Call("the call", parts, **known)  # type: ignore[arg-type]


def ended(**more: object) -> Call:
    return a_call(state="held", ended=100, now=200, **more)


WHEN = {
    "draft": a_call(state="draft"),
    "announced": a_call(circulated=set(), approved=set()),
    "circulated": a_call(approved=set()),
    "approved": a_call(),
    "objected": a_call(objections=[TO_THE_BANK]),
    "objected to trends": a_call(objections=[replace(TO_THE_BANK, parts=frozenset({"trends"}))]),
    "objected to another person": a_call(objections=[replace(TO_THE_BANK, person=T.name)]),
    "withdrawn": a_call(
        approved={p for p in GUEST_PLACES if p[0] != B.name}, objections=[replace(TO_THE_BANK, withdrawn=-20_000)]
    ),
    "for two Agencies": a_call(only=frozenset({"an Agency", "another Agency"})),
    "for law enforcement": a_call(law_enforcement=True),
    "a gap": a_call(objections=[replace(TO_THE_BANK, parts=frozenset({"reports"}))]),
    "cancelled": a_call(state="cancelled"),
    "ended": ended(),
    "sent": ended(sent=True),
    "sent, objected after": ended(sent=True, objections=[replace(TO_THE_BANK, since=150)]),
    "sent, objected before": ended(sent=True, objections=[replace(TO_THE_BANK, since=50)]),
    "adopted": ended(sent=True, adopted=True),
    "ended, with a scribe": ended(scribe=A.name),
    "ended, with a scribe who hears less": ended(scribe=A3.name),
    "ended, with a guest for its scribe": ended(scribe=B.name),
}
OF = "the call"
WHAT = {
    "the call's title": Thing("call title", OF),
    "the title of reports": Thing("part title", OF, "reports"),
    "the title of trends": Thing("part title", OF, "trends"),
    "the title of cases": Thing("part title", OF, "cases"),
    "the title of strategy": Thing("part title", OF, "strategy"),
    "the carrier's joint item": Thing("item", OF, "reports", "the carrier", joint=True, accepted=True),
    "an Agency's closed item in reports": Thing("item", OF, "reports", "an Agency", accepted=True),
    "an Agency's case": Thing("item", OF, "cases", "an Agency", accepted=True),
    "an Agency's proposal": Thing("item", OF, "", "an Agency"),
    "the bank's proposal": Thing("item", "", "", "the bank", joint=True),
    "a paper of the carrier's joint item": Thing("paper", OF, "reports", "the carrier", joint=True, accepted=True),
    "a paper of an Agency's case": Thing("paper", OF, "cases", "an Agency", accepted=True),
    "a paper of an Agency's proposal": Thing("paper", OF, "", "an Agency"),
    "an unplaced item": Thing("item", OF, "", "another Agency", accepted=True),
    "a line of reports": Thing("line", OF, "reports"),
    "the bank's line": Thing("line", OF, "reports", "the bank"),
    "a closed line of reports": Thing("line", OF, "reports", closed=True),
    "a withheld line of reports": Thing("line", OF, "reports", "another Agency", withheld=True),
    "the bank's withheld line": Thing("line", OF, "reports", "the bank", withheld=True),
    "a line of strategy": Thing("line", OF, "strategy"),
    "the bank's action": Thing("action", OF, "reports", "the bank"),
    "the bank's action of cases": Thing("action", OF, "cases", "the bank"),
    "the same, confirmed": Thing("action", OF, "cases", "the bank", confirmed=True),
    "a third Agency's action of strategy": Thing("action", OF, "strategy", "a third Agency"),
    "the bank on the list": Thing("name on the list", OF, "reports", "the bank", B.name),
    "who was in strategy": Thing("attendance", OF, "strategy", "an Agency"),
    "who cannot come to strategy": Thing("regrets", OF, "strategy", "another Agency"),
    "that a third Agency cannot": Thing("regrets", OF, "strategy", "a third Agency"),
    "that the carrier cannot": Thing("regrets", OF, "reports", "the carrier", C.name),
    "the objection": Thing("objection", OF, org="another Agency"),
    "the bank's contact": Thing("contact", org="the bank"),
    "an Agency's contact": Thing("contact", org="an Agency"),
    "an Agency's shown contact": Thing("contact", org="an Agency", shown=True),
}
X, Y, BX, BY = PROXIES
N = Person("a stranger", "", model.NOBODY)
ALL = (S, A, A2, A3, B, T, C, OBS, N)
CASES: tuple[tuple[str, str, tuple[Person, ...]], ...] = (
    # what, when, who may have it: everybody else may not
    ("the call's title", "draft", (S,)),
    ("the title of reports", "draft", (S,)),
    ("the call's title", "announced", (S, A, A2, A3)),
    ("the title of reports", "announced", (S, A, A2, A3)),
    ("the title of reports", "circulated", (S, A, A2, A3)),
    ("the title of strategy", "announced", (S, A, A2)),
    ("the call's title", "approved", (S, A, A2, A3)),
    ("the title of reports", "approved", (S, A, A2, A3, B, C, OBS)),
    ("the title of cases", "approved", (S, A, A2, A3)),
    ("the title of reports", "objected", (S, A, A2, A3, C, OBS)),
    ("the title of reports", "objected to trends", (S, A, A2, A3, B, C, OBS)),
    ("the title of trends", "objected to trends", (S, A, A2, A3, C, OBS)),
    ("the title of trends", "a gap", (S, A, A2, A3, B, C, OBS)),
    ("the title of reports", "a gap", (S, A, A2, A3, C, OBS)),
    ("the title of reports", "objected to another person", (S, A, A2, A3, B, C, OBS)),
    ("the title of reports", "withdrawn", (S, A, A2, A3, C, OBS)),
    ("the title of reports", "for two Agencies", (S, A, A2, B, C, OBS)),
    ("the call's title", "for two Agencies", (S, A, A2)),
    ("the title of reports", "for law enforcement", (S, A, A2, A3)),
    ("the title of reports", "cancelled", (S,)),
    ("the title of reports", "sent, objected after", (S, A, A2, A3, B, C, OBS)),
    ("the title of reports", "sent, objected before", (S, A, A2, A3, C, OBS)),
    ("the carrier's joint item", "announced", (S, A, A2, A3, C)),
    ("the carrier's joint item", "approved", (S, A, A2, A3, B, C, OBS)),
    ("the carrier's joint item", "objected", (S, A, A2, A3, C, OBS)),
    ("the carrier's joint item", "cancelled", (S, C)),
    ("an Agency's closed item in reports", "approved", (S, A, A2, A3)),
    ("an Agency's case", "draft", (S, A)),
    ("an Agency's case", "approved", (S, A, A2, A3)),
    ("an Agency's proposal", "approved", (S, A)),
    ("a paper of the carrier's joint item", "approved", (S, A, A2, A3, B, C, OBS)),
    ("a paper of the carrier's joint item", "objected", (S, A, A2, A3, C, OBS)),
    ("a paper of an Agency's case", "draft", (S, A)),
    ("a paper of an Agency's case", "adopted", (S, A, A2, A3)),
    ("a paper of an Agency's proposal", "approved", (S, A)),
    ("the bank's proposal", "approved", (S, B, T)),
    ("the bank's proposal", "objected", (S, B, T)),
    ("an unplaced item", "approved", (S, A, A2, A3)),
    ("an unplaced item", "for two Agencies", (S, A, A2)),
    ("a line of reports", "ended", (S,)),
    ("a line of reports", "sent", (S, A, A2, A3)),
    ("a line of reports", "adopted", (S, A, A2, A3, B, C, OBS)),
    ("the bank's line", "ended", (S,)),
    ("the bank's line", "sent", (S, A, A2, A3, B)),
    ("the bank's line", "sent, objected after", (S, A, A2, A3, B)),
    ("the bank's line", "sent, objected before", (S, A, A2, A3)),
    ("a closed line of reports", "adopted", (S, A, A2, A3)),
    ("a withheld line of reports", "adopted", (S, A, A2, A3)),
    ("the bank's withheld line", "sent", (S, A, A2, A3)),
    ("a line of strategy", "adopted", (S, A, A2)),
    ("a line of strategy", "ended, with a scribe", (S, A)),
    ("a line of reports", "ended, with a scribe who hears less", (S,)),
    ("a line of reports", "ended, with a guest for its scribe", (S,)),
    ("who was in strategy", "ended, with a scribe", (S, A)),
    ("a third Agency's action of strategy", "ended, with a scribe", (S, A)),
    ("the bank's action", "ended", (S, B)),
    ("the bank's action", "sent", (S, A, A2, A3, B)),
    ("the bank's action", "sent, objected after", (S, A, A2, A3, B)),
    ("the bank's action of cases", "sent", (S, A, A2, A3)),
    ("the same, confirmed", "ended", (S, B, T)),
    ("the same, confirmed", "sent", (S, A, A2, A3, B, T)),
    ("a third Agency's action of strategy", "sent", (S, A, A2)),
    ("the bank on the list", "announced", (S,)),
    ("the bank on the list", "circulated", (S, A, A2, A3)),
    ("the bank on the list", "objected", (S,)),
    ("the bank on the list", "objected to trends", (S, A, A2, A3)),
    ("the bank on the list", "for two Agencies", (S, A, A2)),
    ("who was in strategy", "ended", (S,)),
    ("who was in strategy", "adopted", (S, A, A2)),
    ("who cannot come to strategy", "ended", (S,)),
    ("who cannot come to strategy", "sent", (S, A, A2)),
    ("that a third Agency cannot", "sent", ()),
    ("that the carrier cannot", "sent", (S, A, A2, A3)),
    ("that the carrier cannot", "adopted", (S, A, A2, A3)),
    ("the objection", "objected", (S, A2)),
    ("the bank's contact", "approved", (S, A, A2, A3, B, T)),
    ("an Agency's contact", "approved", (S, A, A2, A3)),
    ("an Agency's shown contact", "approved", (S, A, A2, A3, B, T, C, OBS)),
)


PROXY_CASES: tuple[tuple[str, str, tuple[Person, ...]], ...] = (
    # what, when, which proxies may have it: those of an Agency and of the bank at that call, and at another one
    ("the call's title", "approved", (X,)),
    ("the title of reports", "approved", (X, BX)),
    ("the title of reports", "objected", (X,)),
    ("the title of strategy", "approved", (X,)),
    ("an Agency's case", "approved", (X,)),
    ("an Agency's proposal", "approved", (X,)),
    ("the bank's proposal", "approved", ()),
    ("a paper of an Agency's case", "approved", (X,)),
    ("a line of reports", "ended", ()),
    ("a line of reports", "sent", (X,)),
    ("a line of reports", "adopted", (X, BX)),
    ("the bank's line", "sent", (X, BX)),
    ("the same, confirmed", "ended", (BX,)),
    ("who was in strategy", "adopted", (X,)),
    ("the bank on the list", "circulated", ()),
    ("the objection", "objected", ()),
    ("an Agency's contact", "approved", ()),
    ("an Agency's shown contact", "approved", (X, Y, BX, BY)),
)


@pytest.mark.parametrize(("what", "when", "whose"), PROXY_CASES, ids=[f"{a}, {b}" for a, b, _ in PROXY_CASES])
def test_a_proxy_has_of_its_one_call_what_its_organisation_has_and_of_others_nothing(
    what: str, when: str, whose: tuple[Person, ...]
) -> None:
    thing, call = WHAT[what], WHEN[when]
    if call.approved:
        call = replace(call, approved=call.approved | {(who.name, "reports") for who in (BX, BY)})
    by_model = tuple(who for who in PROXIES if model.may(who, thing, call))
    by_house = tuple(who for who in PROXIES if as_house.may(who, thing, call))
    assert (by_model, by_house) == (whose, whose)


@pytest.mark.parametrize(("what", "when", "whose"), CASES, ids=[f"{what}, {when}" for what, when, _ in CASES])
def test_a_worked_case_has_its_answer_in_the_model_and_in_the_house(
    what: str, when: str, whose: tuple[Person, ...]
) -> None:
    thing, call = WHAT[what], WHEN[when]
    if what == "the bank on the list":
        call = replace(call, chosen={(B.name, "reports")})
    by_model = tuple(who for who in ALL if model.may(who, thing, call))
    by_house = tuple(who for who in PEOPLE if as_house.may(who, thing, call))
    assert (by_model, by_house) == (whose, whose)
