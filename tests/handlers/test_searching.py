"""`find` on real databases: each reader its own cut, newest first, and no word, page or time that tells of the rest."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from bot.actions import ActionState, ChangeKind
from bot.agenda import ItemState
from bot.archive import Kind
from bot.confidentiality import Tlp, Way
from bot.papers import Paper
from bot.topics import AudienceKind
from handlers.action_changes import drop_action
from handlers.actions import confirm_action, give_action
from handlers.correcting import correct_line
from handlers.desk import Actor
from handlers.labels import set_label
from handlers.live import end_call
from handlers.minutes import adopt_minutes, send_minutes
from handlers.reports import report, send_briefing
from handlers.searching import PAGE, find_words
from handlers.slack.front import Front
from handlers.slack.rooms import ROOMS
from storage import agenda, guards, papers
from storage.tables import (
    ActionChangeRow,
    ActionItemRow,
    AgendaItemRow,
    ArchiveRow,
    AuditRow,
    MinuteEntryRow,
    PaperRow,
    ReportRow,
    SegmentRow,
    columns,
)
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import adopted, held, note, running, sent, to_closed_part
from tests.links import PAGE as PAGE_LINK
from tests.links import browsing, path
from tests.lists import DAY, START, with_approved, with_call
from tests.slack_front import TEAM, say
from tests.statements import heard

NOTHING = "Nothing that you may read has these words."
_L = columns(MinuteEntryRow)


@pytest.fixture(params=["cast", pytest.param("postgres_cast", marks=pytest.mark.postgres)])
def each_cast(request: pytest.FixtureRequest) -> Cast:
    """The cast on SQLite, then on PostgreSQL."""
    made: Cast = request.getfixturevalue(request.param)
    return made


def hits(cast: Cast, who: str, words: str, page: int = 1) -> list[str]:
    """The references that somebody finds; the secretary is ``S``."""
    actor = cast.secretary if who == "S" else cast.actor(who)
    told: list[str] = []
    refused = refusal_of(lambda: told.extend(h.reference for h in find_words(cast.desk, actor, words, page).hits))
    assert refused in (None, NOTHING)
    return told


def lines_of(cast: Cast, who: str, words: str) -> list[str]:
    """The same without items, which others plant."""
    actor = cast.secretary if who == "S" else cast.actor(who)
    with_kind: list[tuple[Kind, str]] = []
    refusal_of(lambda: with_kind.extend((h.kind, h.reference) for h in find_words(cast.desk, actor, words).hits))
    return [reference for kind, reference in with_kind if kind is not Kind.ITEM]


def test_lines_are_found_by_who_may_read_them_when_they_may(each_cast: Cast) -> None:
    own, joint, closed = held(each_cast)
    readers = ("S", "fr-cnil", "gb-ico", "harbour-bank", "meridian-net")

    def seen() -> dict[str, list[list[str]]]:
        return {
            w: [lines_of(each_cast, who, w) for who in readers] for w in ("phishing is", "list agreed", "raid near")
        }

    before = seen()
    send_minutes(each_cast.desk, each_cast.secretary, DAY)
    at_sending = seen()
    each_cast.clock.advance(days=15)
    adopt_minutes(each_cast.desk, each_cast.secretary, DAY)
    assert before == {w: [[r], [], [], [], []] for w, r in zip(before, (own, joint, closed), strict=True)}
    assert at_sending == {
        "phishing is": [[own], [own], [own], [own], []],
        "list agreed": [[joint], [joint], [joint], [], []],
        "raid near": [[closed], [closed], [closed], [], []],
    }
    assert seen() == {
        "phishing is": [[own]] * 5,
        "list agreed": [[joint]] * 5,
        "raid near": [[closed], [closed], [closed], [], []],
    }


def test_a_corrected_line_is_found_by_its_present_words_alone_and_an_amendment_below_it(cast: Cast) -> None:
    own, _, _ = sent(cast)
    correct_line(cast.desk, cast.actor("harbour-bank"), own, "Smishing is down")
    assert (lines_of(cast, "gb-ico", "phishing is up"), lines_of(cast, "gb-ico", "smishing")) == ([], [own])
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("harbour-bank"), own, "Vishing was meant")
    correct_line(cast.desk, cast.actor("fr-cnil"), own, "Quishing was meant")
    found = [h for word in ("vishing", "quishing") for h in find_words(cast.desk, cast.actor("gb-ico"), word).hits]
    assert [(h.kind, h.reference, h.who) for h in found] == [
        (Kind.AMENDMENT, own, "harbour-bank"),
        (Kind.AMENDMENT, own, "fr-cnil"),
    ]
    with cast.desk.store.begin() as tx:
        tx.execute(update(SegmentRow).values(chatham=True))
    assert find_words(cast.desk, cast.actor("gb-ico"), "quishing").hits[0].who == ""


def test_an_amendment_is_found_only_where_the_label_of_its_line_lets_it_go(cast: Cast) -> None:
    own, _, _ = adopted(cast)
    correct_line(cast.desk, cast.actor("harbour-bank"), own, "Vishing was meant")
    in_slack, on_page = (replace(cast.actor("gb-ico"), way=way) for way in (Way.MESSAGE, Way.PAGE))

    def told(actor: Actor) -> list[str]:
        return [h.text for h in find_words(cast.desk, actor, "vishing").hits]

    assert told(in_slack) == ["TLP:AMBER Vishing was meant"]
    set_label(cast.desk, cast.secretary, own, Tlp.AMBER_STRICT)
    assert refusal_of(lambda: told(in_slack)) == NOTHING
    assert told(on_page) == ["TLP:AMBER+STRICT Vishing was meant"]


def test_actions_are_found_by_their_owner_once_confirmed_and_name_no_call_that_is_not_heard(cast: Cast) -> None:
    running(cast)
    to_closed_part(cast)
    reference = give_action(cast.desk, cast.secretary, "harbour-bank by +7d Keep the server logs").reference
    before = [hits(cast, who, "server logs") for who in ("S", "harbour-bank", "fr-cnil")]
    confirm_action(cast.desk, cast.secretary, reference)
    found = find_words(cast.desk, cast.actor("harbour-bank"), "SERVER log").hits
    assert (before, [(h.reference, h.name, h.state, h.who) for h in found]) == (
        [[reference], [], []], [(reference, "", ActionState.PROPOSED, "harbour-bank")]
    )  # fmt: skip
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    drop_action(cast.desk, cast.secretary, reference, "overtaken")
    told = find_words(cast.desk, cast.actor("fr-cnil"), "server").hits
    assert [(h.name, h.state) for h in told] == [(DAY, ActionState.DROPPED)]


def test_nothing_and_only_what_is_closed_are_one_answer_at_every_page(cast: Cast) -> None:
    adopted(cast)
    guest = cast.actor("harbour-bank")
    asked = [("raid", 1), ("raid", 2), ("nosuchword", 1), ("nosuchword", 2), ("raid", 99)]
    assert {refusal_of(lambda w=w, n=n: find_words(cast.desk, guest, w, n)) for w, n in asked} == {NOTHING}


def test_closed_hits_between_open_ones_leave_no_gap_in_the_pages(cast: Cast) -> None:
    running(cast)
    joint = [note(cast, f"harbour-bank: common word {n}") for n in range(PAGE + 3)]
    to_closed_part(cast)
    for n in range(60):
        note(cast, f"fr-cnil: common word in the closed part {n}")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    bank = cast.actor("harbour-bank")
    first, second = (find_words(cast.desk, bank, "common word", page) for page in (1, 2))
    assert [h.reference for h in (*first.hits, *second.hits)] == joint[::-1]
    assert (len(first.hits), first.more, second.more) == (PAGE, True, False)


def test_that_older_ones_follow_is_said_of_what_is_the_readers_alone(cast: Cast) -> None:
    running(cast)
    for n in range(PAGE + 2):
        note(cast, f"harbour-bank: phishing is up, {n}")
    say(cast, cast.actor("fr-cnil"), f"object harbour-bank to {DAY}")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    found = find_words(cast.desk, cast.actor("harbour-bank"), "phishing")
    assert ([h.kind for h in found.hits], found.more) == ([Kind.ITEM], False)


def test_what_stands_above_the_label_of_the_way_is_not_looked_at_there(cast: Cast) -> None:
    _, joint, _ = adopted(cast)
    with cast.desk.store.begin() as tx:
        tx.execute(update(MinuteEntryRow).where(_L.reference == joint).values(label=Tlp.AMBER_STRICT))
    by_page = replace(cast.actor("gb-ico"), way=Way.PAGE)
    assert hits(cast, "gb-ico", "list agreed") == []
    found = find_words(cast.desk, by_page, "list agreed").hits
    assert [(h.reference, h.text) for h in found] == [(joint, "TLP:AMBER+STRICT the list was agreed")]


def test_the_secretariats_finding_of_closed_material_is_on_the_record(cast: Cast) -> None:
    sent(cast)
    find_words(cast.desk, cast.secretary, "raid")
    a = columns(AuditRow)
    with cast.desk.store.read() as tx:
        acts = tx.execute(select(a.act).where(a.act == "look")).scalars().all()
    assert len(acts) == 1


@pytest.mark.parametrize("who", ["S", "gb-ico", "harbour-bank"])
def test_it_takes_as_many_statements_with_and_without_closed_hits(cast: Cast, who: str) -> None:
    adopted(cast)
    actor = cast.secretary if who == "S" else cast.actor(who)
    counts: set[int] = set()
    for words in ("phishing is", "the", "raid", "nothing at all"):
        with heard(cast.desk.store) as seen:
            refusal_of(lambda w=words: find_words(cast.desk, actor, w))
        counts.add(len([s for s in seen if s.startswith(("SELECT", "WITH"))]))
    assert max(counts) <= 9


def test_whatever_it_answers_leaves_after_a_multiple_of_a_quarter_of_a_second(cast: Cast) -> None:
    sent(cast)
    waited: list[float] = []
    pause: Callable[[float], object] = waited.append
    front = Front(cast.desk, ROOMS, lambda team, user: None, pause=pause)
    bank = cast.actor("harbour-bank")
    assert say(cast, bank, "find phishing").text.startswith("• Line `")
    for n, words in enumerate(("phishing", "raid", "nosuchword", "")):
        front.command({"team_id": TEAM, "user_id": bank.user, "text": f"find {words}".strip(), "trigger_id": f"t{n}"})
    assert all(0 <= seconds < 0.25 for seconds in waited)
    assert len(waited) >= 4


def test_erasing_and_sweeping_take_the_words_along(cast: Cast) -> None:
    running(cast)
    reference = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Ask somebody about Ruritania").reference
    assert hits(cast, "S", "ruritania") == [reference]
    with cast.desk.store.begin() as tx:
        tx.execute(update(ActionItemRow).values(task="Ask somebody about (erased)"))
    cast.clock.advance(seconds=timedelta(hours=1).seconds)
    assert (hits(cast, "S", "ruritania"), hits(cast, "S", "erased")) == ([], [reference])


def test_the_page_finds_the_same_with_every_label_and_says_of_nothing_what_it_says_of_what_is_closed(
    cast: Cast,
) -> None:
    _, joint, _ = adopted(cast)
    with cast.desk.store.begin() as tx:
        tx.execute(update(MinuteEntryRow).where(_L.reference == joint).values(label=Tlp.AMBER_STRICT))
    at = path(cast, cast.actor("harbour-bank"), PAGE_LINK)
    with browsing(cast) as web:
        found = web.get(f"{at}/find", params={"q": "list agreed"}).text
        minutes = web.get(f"{at}/minutes/{DAY}.html")
        others = [web.get(f"{at}/find", params={"q": q}).text.replace(q, "_") for q in ("raid", "nosuchword")]
        none = web.get(f"{at}/find").text
        nowhere = web.get("/me/nowhere/find", params={"q": "raid"})
    assert f'TLP:AMBER+STRICT the list was agreed</span> <span class="quiet">(Decision <code>{joint}</code>' in found
    assert (f'<a href="{at}/minutes/{DAY}.html">{DAY}</a>' in found, minutes.status_code) == (True, 200)
    assert (others[0] == others[1], NOTHING in others[0], nowhere.status_code) == (True, True, 404)
    assert "What are you looking for? Write a word of it into the field." in none


def test_a_line_under_an_item_that_was_closed_since_is_no_guests_to_find(cast: Cast) -> None:
    _, joint, _ = adopted(cast)
    before = lines_of(cast, "meridian-net", "list agreed")
    with cast.desk.store.begin() as tx:
        item = tx.execute(select(columns(AgendaItemRow).reference)).scalars().first()
        tx.execute(update(AgendaItemRow).values(audience=AudienceKind.AGENCIES))
        tx.execute(update(MinuteEntryRow).where(_L.reference == joint).values(item=item))
    after = [lines_of(cast, who, "list agreed") for who in ("meridian-net", "gb-ico")]
    assert (before, after) == ([joint], [[], [joint]])


def attached(cast: Cast, item: str, name: str) -> None:
    """A paper of that name, attached by the item's own organisation."""
    with cast.desk.store.begin() as tx:
        found = agenda.find(tx, item)
        assert found is not None
        who = found.item
        by = who.proposer_id, who.contact_id
        papers.add(tx, Paper(cast.desk.new_reference(), item, name, "text/csv", 1, "", *by, cast.clock()), b"x")


def kinds(cast: Cast, who: str, words: str) -> list[tuple[Kind, str]]:
    actor = cast.secretary if who == "S" else cast.actor(who)
    found: list[tuple[Kind, str]] = []
    refusal_of(lambda: found.extend((h.kind, h.name) for h in find_words(cast.desk, actor, words).hits))
    return found


def test_a_paper_is_found_by_its_name_for_as_long_as_its_item_is_the_readers(each_cast: Cast) -> None:
    adopted(each_cast)
    a = columns(AgendaItemRow)
    readers = ("S", "fr-cnil", "harbour-bank", "meridian-net", "oecd")
    with each_cast.desk.store.read() as tx:
        item = tx.execute(select(a.reference).where(a.title == "Phishing of banks")).scalar_one()
    attached(each_cast, item, "Ruritania_figures.csv")

    def read() -> list[list[tuple[Kind, str]]]:
        return [kinds(each_cast, who, "ruritania figures") for who in readers]

    def put(**values: object) -> None:
        with each_cast.desk.store.begin() as tx:
            tx.execute(update(AgendaItemRow).where(a.reference == item).values(**values))

    here, own = [(Kind.PAPER, DAY)], [(Kind.PAPER, "")]
    told = [read()]
    put(audience=AudienceKind.AGENCIES)
    told.append(read())
    put(audience=AudienceKind.JOINT, label=Tlp.AMBER_STRICT)
    told.append(read())
    put(label=Tlp.GREEN, segment_id=None, state=ItemState.DECLINED)
    told.append(read())
    assert told == [
        [here, here, here, here, here],
        [here, here, own, [], []],
        [[], [], [], [], []],
        [here, [], own, [], []],
    ]
    with each_cast.desk.store.begin() as tx:
        tx.execute(update(PaperRow).values(removed_at=each_cast.clock()))
    assert kinds(each_cast, "S", "ruritania figures") == []


def test_a_report_is_found_by_agencies_once_a_briefing_was_sent_and_by_no_other_guest(each_cast: Cast) -> None:
    with_approved(each_cast, "harbour-bank", "meridian-net")
    readers = ("S", "fr-cnil", "harbour-bank", "meridian-net")

    def read() -> list[list[tuple[Kind, str]]]:
        return [kinds(each_cast, who, "parcel sms") for who in readers]

    made = report(each_cast.desk, each_cast.actor("harbour-bank"), "TLP:GREEN Parcel SMS tripled").report
    told = [read()]
    send_briefing(each_cast.desk, each_cast.secretary, DAY)
    told.append(read())
    own, of_call = [(Kind.REPORT, "")], [(Kind.REPORT, DAY)]
    assert told == [[own, [], own, []], [of_call, of_call, own, []]]
    with each_cast.desk.store.begin() as tx:
        t = columns(ReportRow)
        tx.execute(update(ReportRow).where(t.reference == made.reference).values(taken_back_at=each_cast.clock()))
    assert read() == [[], [], [], []]


def test_why_an_action_was_dropped_is_found_by_who_reads_that_in_its_history(each_cast: Cast) -> None:
    running(each_cast)
    to_closed_part(each_cast)
    reference = give_action(each_cast.desk, each_cast.secretary, "harbour-bank by +7d Keep the server logs").reference
    confirm_action(each_cast.desk, each_cast.secretary, reference)
    end_call(each_cast.desk, each_cast.secretary)
    send_minutes(each_cast.desk, each_cast.secretary, DAY)
    drop_action(each_cast.desk, each_cast.secretary, reference, "Overtaken by the raid in Ruritania")
    readers = ("S", "fr-cnil", "harbour-bank", "meridian-net")
    here = [(Kind.REASON, DAY)]
    assert [kinds(each_cast, who, "ruritania") for who in readers] == [here, here, [], []]
    assert kinds(each_cast, "harbour-bank", "server logs") == [(Kind.ACTION, "")]
    found = find_words(each_cast.desk, each_cast.actor("fr-cnil"), "ruritania").hits[0]
    assert (found.reference, found.state) == (reference, ActionState.DROPPED)
    with each_cast.desk.store.begin() as tx:
        tx.execute(update(ActionItemRow).values(label=Tlp.AMBER_STRICT))
    assert [kinds(each_cast, who, "ruritania") for who in readers] == [[], [], [], []]
    with each_cast.desk.store.begin() as tx:
        tx.execute(update(ActionItemRow).values(label=Tlp.GREEN))
        tx.execute(delete(ActionChangeRow).where(columns(ActionChangeRow).kind == ChangeKind.DROPPED))
    assert kinds(each_cast, "fr-cnil", "ruritania") == []


def test_two_calls_of_one_day_are_named_with_their_hours_to_who_reads_both(cast: Cast) -> None:
    adopted(cast)
    then, cast.clock.at = cast.clock.at, START - timedelta(days=1)
    with_call(cast, START + timedelta(hours=4))
    cast.clock.at = then
    assert [h.name for h in find_words(cast.desk, cast.actor("fr-cnil"), "raid").hits] == [f"{DAY}T13"]
    assert [h.name for h in find_words(cast.desk, cast.actor("meridian-net"), "list agreed").hits] == [DAY]


def test_a_proxy_finds_in_its_one_call_alone(cast: Cast) -> None:
    adopted(cast)
    later = START + timedelta(days=60)
    with_call(cast, later)
    say(cast, cast.actor("fr-cnil"), f'bring jane@fr-cnil.example "Jane" to {later:%Y-%m-%d}')
    jane = cast.by_email("jane@fr-cnil.example")
    asked = ("list agreed", "phishing", "raid", "nosuchword")
    assert {refusal_of(lambda w=w: find_words(cast.desk, jane, w)) for w in asked} == {NOTHING}
    assert hits(cast, "fr-cnil", "raid")


def test_the_index_follows_whatever_changes_as_if_it_were_laid_anew(each_cast: Cast) -> None:
    running(each_cast)
    reference = give_action(each_cast.desk, each_cast.secretary, "fr-cnil by +7d Keep the server logs").reference
    drop_action(each_cast.desk, each_cast.secretary, reference, "Overtaken by the raid in Ruritania")
    a, row = columns(AgendaItemRow), columns(ArchiveRow)
    with each_cast.desk.store.read() as tx:
        item = tx.execute(select(a.reference).where(a.title == "Phishing of banks")).scalar_one()
    attached(each_cast, item, "Ruritania_figures.csv")
    changes = [
        update(AgendaItemRow).values(label=Tlp.RED),
        update(AgendaItemRow).values(audience=AudienceKind.AGENCIES),
        update(AgendaItemRow).values(segment_id=None),
        update(AgendaItemRow).values(call_id=None),
        update(AgendaItemRow).values(title="Gateways", proposer_id=each_cast.actor("fr-cnil").participant.id),
        update(PaperRow).values(name="Borduria.csv"),
        update(ActionItemRow).values(label=Tlp.RED),
        update(ActionItemRow).values(
            segment_id=select(columns(SegmentRow).id).order_by(columns(SegmentRow).id).limit(1).scalar_subquery()
        ),
        update(ActionItemRow).values(owner_id=each_cast.actor("meridian-net").participant.id),
    ]
    of_what = row.kind, row.reference, row.call_id, row.segment_id, row.participant_id
    all_of_it = select(*of_what, row.closed, row.label, row.words)
    for change in changes:
        with each_cast.desk.store.begin() as tx:
            before = {tuple(r) for r in tx.execute(all_of_it)}
            tx.execute(change)
            followed = {tuple(r) for r in tx.execute(all_of_it)}
            tx.execute(delete(ArchiveRow))
            guards.lay(tx)
            assert followed == {tuple(r) for r in tx.execute(all_of_it)} != before, change
    assert {kind for kind, *_ in followed} >= {Kind.ITEM, Kind.PAPER, Kind.ACTION, Kind.REASON}
