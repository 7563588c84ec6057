"""Due steps on a real database: told once to those who must act, whatever happened to the process in between."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.calls import Call
from bot.errors import NotEntitled
from bot.notices import Notice
from bot.participants import Contact
from bot.procedure import StepKind
from bot.steps import StepState
from bot.when import show
from bot.zones import zone_of
from handlers.agenda_letters import CONFIRM
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.calls import add_call
from handlers.composing import Kinds
from handlers.delivery import deliver_all
from handlers.kinds import KINDS as ALL_KINDS
from handlers.overview import Task, show_overview
from handlers.reminders import NOTICES
from handlers.steps import Ran, list_steps, move_step, run_due_steps
from storage import agenda, calls, directory
from storage.outbox import Errand
from storage.tables import Door, OutboxRow, columns
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.slack_front import say

CALL = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
NAME = "2027-02-16"
NZ = "spam-enforcement@nz-dia.example"
GUEST = "abuse-desk@harbour-bank.example"
KINDS = Kinds(NOTICES, merged=frozenset(NOTICES))
SECRETARIES = {"secretariat@us-ftc.example", "secretariat@gb-oft.example"}


@dataclass
class Told:
    """What left by one door, in order: to whom, and what."""

    notices: list[tuple[str, Notice]] = field(default_factory=list)

    def __call__(self, notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        self.notices.append((contact.email, notice))

    def to(self, email: str) -> list[Notice]:
        return [notice for who, notice in self.notices if who == email]

    @property
    def people(self) -> set[str]:
        return {who for who, _ in self.notices}

    def clear(self) -> None:
        self.notices.clear()


@dataclass
class House:
    """A cast with a call on 16 February 2027, 13:00 UTC, and what its mail door was handed."""

    cast: Cast
    told: Told

    def add(self, start: datetime = CALL, title: str = "Members' call", *, announced: bool = True) -> str:
        name = add_call(self.cast.desk, self.cast.secretary, start, 90, title).name
        if announced:
            announce_call(self.cast.desk, self.cast.secretary, name)
        self.run()
        self.told.clear()
        return name

    def run(self, *, at: datetime | None = None) -> Ran:
        """Runs what is due, and delivers it."""
        if at is not None:
            self.cast.clock.at = at
        ran = run_due_steps(self.cast.desk)
        deliver_all(self.cast.desk, KINDS)
        return ran

    def states(self) -> dict[StepKind, StepState]:
        return {s.kind: s.state for s in list_steps(self.cast.desk, self.cast.secretary, NAME).steps}

    def due(self, kind: StepKind) -> datetime:
        return next(s.due_at for s in list_steps(self.cast.desk, self.cast.secretary, NAME).steps if s.kind is kind)


@pytest.fixture
def house(cast: Cast) -> House:
    told = Told()
    cast.desk = replace(cast.desk, send={Door.MAIL: told})
    cast.clock.at = datetime(2027, 1, 7, 9, 0, tzinfo=UTC)  # the call for items was due two days before
    return House(cast, told)


def test_nothing_due_does_nothing(house: House) -> None:
    house.add()
    assert house.run() == Ran()


def test_steps_are_due_in_working_days_from_the_call(house: House) -> None:
    house.add()
    assert (house.due(StepKind.ITEMS_CLOSE), house.due(StepKind.REMINDER_HOUR)) == (
        datetime(2027, 1, 26, 13, 0, tzinfo=UTC),
        datetime(2027, 2, 16, 12, 0, tzinfo=UTC),
    )


def test_a_due_step_is_told_once(house: House) -> None:
    house.add()
    close = house.due(StepKind.ITEMS_CLOSE)
    assert (house.run(at=close), house.run(), house.run(at=close + timedelta(minutes=5))) == (Ran(told=1), Ran(), Ran())
    assert [who for who, _ in house.told.notices] == sorted(
        SECRETARIES, reverse=True
    ) or house.told.people == SECRETARIES
    assert len(house.told.notices) == 2


def test_the_call_for_items_asks_the_agencies_and_names_the_day_that_items_close(house: House) -> None:
    add_call(house.cast.desk, house.cast.secretary, CALL, 90, "Members' call")
    announce_call(house.cast.desk, house.cast.secretary, NAME)
    house.run()
    notice = house.told.to(NZ)[0]
    when = "Wed 17 Feb 2027, 02:00 Pacific/Auckland (Tue 16 Feb 2027, 13:00 UTC)"
    assert (len(house.told.people), notice.subject) == (35, f"Items wanted: Members' call, {when}")
    assert notice.paragraphs[1] == (
        "Items close on Wed 27 Jan 2027, 02:00 Pacific/Auckland (Tue 26 Jan 2027, 13:00 UTC)."
    )
    assert '`/lap propose 2027-02-16 TOPIC MINUTES "TITLE"`' in notice.closing[0]


LEFT_OUT = 'segment add 2027-02-16 agencies 20 "Two of us" only gb-ico us-ftc'


@pytest.mark.parametrize("by_hand", [False, True])
def test_who_is_left_out_of_the_first_part_reads_of_items_as_of_a_call_that_begins_with_their_own(
    house: House, by_hand: bool
) -> None:
    """When items close told them to the minute when the call begins, and so did the hour of the mail."""
    cast, later = house.cast, timedelta(minutes=20)
    seen, begins = [], []
    for day, parts, start in ((16, True, CALL), (17, False, CALL + timedelta(days=1) + later)):
        cast.clock.at = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)
        name = f"2027-02-{day}"
        lines = [f'call add {name} {start:%H:%M} UTC for 90 "Members\' call"']
        lines += [LEFT_OUT, "segment 2027-02-16/2 up"] if parts else []
        for line in (*lines, f"announce {name} go"):
            say(cast, cast.secretary, line)
        if by_hand:
            say(cast, cast.secretary, f"step {name} close to 2027-01-{day + 4} 09:00 UTC")
        house.told.clear()
        house.run(at=datetime(2027, 1, 5, 13, 0, tzinfo=UTC) + timedelta(days=day - 16))
        early = [n.paragraphs[1] for n in house.told.to(NZ)]
        shown = [_items_wanted(cast)[-1:]]
        house.run(at=house.cast.clock() + later)
        found = [n.paragraphs[1] for n in house.told.to(NZ) if "Items close" in n.paragraphs[1]]
        shown.append(_items_wanted(cast)[-1:])
        close = datetime(2027, 1, day + 4, 9, 0, tzinfo=UTC) if by_hand else start + later * parts - timedelta(days=21)
        for at in (close - timedelta(minutes=1), close):
            house.run(at=at)
            shown.append(_items_wanted(cast)[-1:])
        seen.append((early, found, shown))
        begins.append(
            ([], [f"Items close on {show(close, zone_of('Pacific/Auckland'))}."], [[], [close], [close], []])
        )  # fmt: skip
        say(cast, cast.secretary, f"call cancel {name} go")
    assert seen == begins


def test_who_presents_is_asked_as_much_later_as_their_own_part_begins(house: House) -> None:
    """The hour of the question told a guest, and whom a part leaves out, when the call begins."""
    house.add()
    for line in (
        f"{LEFT_OUT} go", "segment 2027-02-16/2 up go", "call 2027-02-16",
        *('propose 2027-02-16 cases 5 "A case" for ' + who for who in ("gb-ico", "nz-dia")),
    ):  # fmt: skip
        say(house.cast, house.cast.secretary, line)
    with house.cast.desk.store.begin() as tx:
        items = {i.proposer.short_name: i.item.reference for i in agenda.to_build(tx, _call(house), house.cast.clock())}
    for who, part in (("gb-ico", 1), ("nz-dia", 2)):
        say(house.cast, house.cast.secretary, f"item {items[who]} to 2027-02-16/{part}")
    out, later = house.due(StepKind.AGENDA_OUT), timedelta(minutes=20)
    house.run(at=out)
    told = columns(OutboxRow)
    with house.cast.desk.store.read() as tx:
        asked = tx.execute(select(told.subject, told.due_at, told.until).where(told.kind == CONFIRM)).all()
    assert {tuple(row) for row in asked} == {
        (items["gb-ico"], out, CALL), (items["nz-dia"], out + later, CALL + later),
    }  # fmt: skip


def _call(house: House) -> Call:
    with house.cast.desk.store.read() as tx:
        return calls.upcoming(tx, house.cast.clock())[0].call


def _items_wanted(cast: Cast) -> list[datetime | None]:
    return [a.by for a in show_overview(cast.desk, cast.actor("nz-dia")).awaiting if a.task is Task.PROPOSE]


def test_a_draft_reminds_only_the_secretariat_to_announce_it(house: House) -> None:
    house.add(announced=False)
    house.run(at=house.due(StepKind.AGENDA_OUT))
    assert house.told.people == SECRETARIES
    notices = house.told.to("secretariat@us-ftc.example")
    assert len(notices) == 1
    assert "`/lap announce 2027-02-16`" in " ".join(notices[0].paragraphs)


def test_everybody_invited_is_reminded_the_working_day_before_with_a_link_and_the_answer_still_owed(
    house: House,
) -> None:
    house.add()
    house.run(at=house.due(StepKind.REMINDER_DAY) - timedelta(minutes=1))
    house.told.clear()
    house.run(at=house.due(StepKind.REMINDER_DAY))
    notice = house.told.to(NZ)[0]
    assert len(house.told.people) == 35
    assert notice.subject.startswith("Reminder: Members' call, Wed 17 Feb 2027, 02:00 Pacific/Auckland")
    assert notice.links[0][1].startswith("https://lap.example/join/")


def test_a_reminder_whose_call_has_begun_is_missed_and_not_sent(house: House) -> None:
    house.add()
    house.run(at=CALL)
    assert house.told.notices == []
    missed = {kind for kind, state in house.states().items() if state is StepState.MISSED}
    assert missed == set(StepKind) - {StepKind.CALL_FOR_ITEMS, StepKind.DRAFT_MINUTES, StepKind.MINUTES_ADOPTED}


def test_a_reminder_that_waited_in_the_outbox_past_the_beginning_is_recorded_as_missed(house: House) -> None:
    house.add()
    house.cast.clock.at = CALL - timedelta(hours=1)
    run_due_steps(house.cast.desk)
    house.cast.clock.at = CALL
    delivered = deliver_all(house.cast.desk, KINDS)
    assert (house.told.notices, delivered.sent, delivered.missed > 0) == ([], 0, True)


def test_a_weeks_downtime_ends_in_one_message_a_person(house: House) -> None:
    house.add()
    house.add(CALL + timedelta(hours=2), "Case call")
    house.run(at=CALL - timedelta(hours=3))
    assert len(house.told.notices) == len(house.told.people) == 35
    assert house.told.to(NZ)[0].subject == (
        "Reminder: Members' call, Wed 17 Feb 2027, 02:00 Pacific/Auckland (Tue 16 Feb 2027, 13:00 UTC); and 1 more"
    )


def test_after_a_downtime_a_step_is_not_told_whose_next_one_is_due(house: House) -> None:
    house.add()
    house.run(at=house.due(StepKind.AGENDA_OUT) + timedelta(hours=1))
    assert [n.subject.split(":")[0] for n in house.told.to("secretariat@us-ftc.example")] == ["Agenda"]


def test_several_reminders_keep_each_ones_parts_and_how_to_together_and_name_questions_once(house: House) -> None:
    house.add()
    house.add(CALL + timedelta(hours=2), "Case call")
    house.run(at=CALL - timedelta(hours=3))
    notice = house.told.to(NZ)[0]
    how = [n for n, words in enumerate(notice.paragraphs) if "You have not said yet" in words or "come up" in words]
    assert (how, notice.closing) == ([2, 5], ("Questions: calls@lap.example.",))


def test_a_person_is_reminded_of_one_thing_by_its_latest_word_only(house: House) -> None:
    house.add()
    house.run(at=CALL - timedelta(minutes=30))
    assert [n.subject.split(",")[0] for n in house.told.to(NZ)] == ["Reminder: Members' call"]


def test_nobody_is_reminded_of_a_cancelled_call(house: House) -> None:
    house.add()
    cancel_call(house.cast.desk, house.cast.secretary, NAME)
    house.run(at=CALL - timedelta(hours=1))
    assert house.told.notices == []


def test_a_moved_call_is_told_of_at_its_new_time_only(house: House) -> None:
    house.add()
    house.cast.clock.at = CALL - timedelta(hours=1)
    run_due_steps(house.cast.desk)
    move_call(house.cast.desk, house.cast.secretary, NAME, CALL + timedelta(days=7))
    deliver_all(house.cast.desk, KINDS)
    assert [n for _, n in house.told.notices if n.subject.startswith("Reminder")] == []
    house.run(at=CALL + timedelta(days=7, hours=-1))
    assert "Reminder: Members' call, Wed 24 Feb 2027, 02:00 Pacific/Auckland" in house.told.to(NZ)[-1].subject


def test_draft_minutes_are_asked_of_the_secretariat_after_the_call(house: House) -> None:
    house.add()
    house.run(at=CALL)
    house.run(at=CALL + timedelta(days=8))
    assert house.told.people == SECRETARIES
    assert house.told.to("secretariat@us-ftc.example")[0].subject.startswith("Minutes to send: Members' call")


def test_who_stopped_being_the_secretariat_before_the_mail_left_is_not_told(house: House) -> None:
    house.add()
    house.cast.clock.at = house.due(StepKind.ITEMS_CLOSE)
    run_due_steps(house.cast.desk)
    former = house.cast.by_email("secretariat@gb-oft.example").contact
    with house.cast.desk.store.begin() as tx:
        directory.update_contact(tx, replace(former, roles=frozenset()))
    deliver_all(house.cast.desk, KINDS)
    assert house.told.people == SECRETARIES - {"secretariat@gb-oft.example"}


def test_a_guest_is_reminded_an_hour_before_its_own_part_of_that_part_alone(house: House) -> None:
    """A reminder timed by the call, or naming it, would tell of the closed part before (barrier.md)."""
    house.add()
    for line in (
        'segment add 2027-02-16 joint 30 "Reports" go',
        "segment 2027-02-16/1 down go",
        "admit harbour-bank to 2027-02-16/2",
        'propose 2027-02-16 reports 10 "A report" for us-ftc',
        "circulate 2027-02-16 go",
        "approve 2027-02-16 early go",
    ):
        say(house.cast, house.cast.secretary, line)
    begins = CALL + timedelta(minutes=60)
    house.run(at=begins - timedelta(minutes=61))
    before = house.told.to(GUEST)
    house.run(at=begins - timedelta(minutes=60))
    told = house.told.to(GUEST)[len(before) :]
    assert [n.subject for n in before] == ["Reminder: Reports, Tue 16 Feb 2027, 14:00 Europe/London (14:00 UTC)"]
    assert [(n.subject, n.paragraphs, n.facts) for n in told] == [
        (
            "Reminder: Reports, Tue 16 Feb 2027, 14:00 Europe/London (14:00 UTC)",
            ("“Reports” takes place on Tue 16 Feb 2027, 14:00-14:30 Europe/London (14:00-14:30 UTC).",),
            (),
        )
    ]


def test_an_agency_is_reminded_which_items_are_closed_to_the_guests_of_their_part(house: House) -> None:
    house.add()
    say(house.cast, house.cast.secretary, 'segment add 2027-02-16 joint 30 "Reports" go')
    for line in (
        'propose 2027-02-16 trends 10 "Seen by banks" closed',
        'propose 2027-02-16 trends 10 "Seen by all" joint',
    ):
        item = say(house.cast, house.cast.actor("nz-dia"), line).text.split("`")[1]
        say(house.cast, house.cast.secretary, f"item {item} to 2027-02-16/1")
    house.run(at=CALL - timedelta(minutes=59))
    assert house.told.to(NZ)[-1].items == (
        "TLP:AMBER Seen by banks (Department of Internal Affairs, closed to the guests of its part)",
        "TLP:AMBER Seen by all (Department of Internal Affairs)",
    )


def test_who_said_no_is_not_reminded(house: House) -> None:
    add_call(house.cast.desk, house.cast.secretary, CALL, 90, "Members' call")
    announce_call(house.cast.desk, house.cast.secretary, NAME)
    deliver_all(house.cast.desk, ALL_KINDS)
    say(house.cast, house.cast.actor("nz-dia"), "no")
    house.told.clear()
    house.run(at=CALL - timedelta(minutes=59))
    assert house.told.to(NZ) == []
    assert house.told.people != set()


def test_the_end_of_a_window_is_told_when_it_really_comes_and_approval_not_asked_for_before(house: House) -> None:
    house.add()
    for line in (
        'segment add 2027-02-16 joint 30 "Reports" go',
        "admit harbour-bank to 2027-02-16/1",
        "circulate 2027-02-16 until 2027-02-09 12:00 UTC go",
    ):
        say(house.cast, house.cast.secretary, line)
    end = datetime(2027, 2, 9, 12, 0, tzinfo=UTC)
    assert (house.due(StepKind.WINDOW_ENDS), house.due(StepKind.APPROVAL)) == (end, end)
    house.run(at=end - timedelta(minutes=1))
    house.told.clear()
    house.run(at=end)
    notice = house.told.to("secretariat@us-ftc.example")[0]
    assert (len(house.told.notices), notice.subject.split(":")[0]) == (2, "List to approve")
    assert "1 name waits for approval" in notice.paragraphs[0]


def test_adoption_is_told_when_the_silence_really_ends(house: House) -> None:
    house.add()
    house.cast.clock.at = CALL
    for line in ("start now", "note Something was said", "end"):
        say(house.cast, house.cast.secretary, line)
    house.cast.clock.at = CALL + timedelta(days=20)
    say(house.cast, house.cast.secretary, "minutes send 2027-02-16 go")
    house.run()
    house.told.clear()
    end = house.due(StepKind.MINUTES_ADOPTED)
    house.run(at=end - timedelta(minutes=1))
    assert house.told.notices == []
    house.run(at=end)
    assert house.told.to("secretariat@us-ftc.example")[0].subject.startswith("Minutes to adopt: Members' call")


@pytest.mark.postgres
def test_four_who_ask_at_once_what_is_due_tell_each_step_once(postgres_cast: Cast) -> None:
    told = Told()
    postgres_cast.desk = replace(postgres_cast.desk, send={Door.MAIL: told})
    house = House(postgres_cast, told)
    house.add()
    postgres_cast.clock.at = house.due(StepKind.AGENDA_OUT)
    ran: list[Ran] = []
    threads = [threading.Thread(target=lambda: ran.append(run_due_steps(postgres_cast.desk))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deliver_all(postgres_cast.desk, KINDS)
    assert sum(r.told for r in ran) == 6
    assert {who: len(told.to(who)) for who in SECRETARIES} == dict.fromkeys(SECRETARIES, 1)


# --- moved for one call ---


def test_a_step_moved_for_one_call_is_told_then(house: House) -> None:
    house.add()
    to = datetime(2027, 2, 3, 9, 30, tzinfo=UTC)
    moved = move_step(house.cast.desk, house.cast.secretary, NAME, StepKind.ITEMS_CLOSE, to)
    assert (moved.before, moved.step.due_at, moved.step.moved) == (datetime(2027, 1, 26, 13, 0, tzinfo=UTC), to, True)
    house.run(at=to - timedelta(minutes=1))
    assert StepState.DUE is house.states()[StepKind.ITEMS_CLOSE]
    house.run(at=to)
    assert StepState.DONE is house.states()[StepKind.ITEMS_CLOSE]


def test_a_step_moved_to_a_day_keeps_its_hour_on_the_movers_clock(house: House) -> None:
    house.add()
    to = date(2027, 2, 3)
    moved = move_step(house.cast.desk, house.cast.secretary, NAME, StepKind.ITEMS_CLOSE, to)
    assert moved.step.due_at == datetime(2027, 2, 3, 13, 0, tzinfo=UTC)


def test_a_step_that_was_told_is_told_again_at_the_time_it_is_moved_to(house: House) -> None:
    house.add()
    house.run(at=house.due(StepKind.ITEMS_CLOSE))
    house.told.clear()
    to = CALL - timedelta(days=2)
    move_step(house.cast.desk, house.cast.secretary, NAME, StepKind.ITEMS_CLOSE, to)
    house.run(at=to)
    assert any(n.subject.startswith("Items close") or "reminders" in n.subject for _, n in house.told.notices)


@pytest.mark.parametrize(
    ("to", "says"),
    [
        (CALL - timedelta(days=60), "2026-12-18 13:00 UTC has gone by. Give a date and time that lie ahead."),
        (
            CALL,
            "“items close” comes before the call, which starts at 2027-02-16 13:00 UTC. Give an earlier time.",
        ),
    ],
)
def test_a_step_is_not_moved_into_the_past_or_past_its_call(house: House, to: datetime, says: str) -> None:
    house.add()
    desk, secretary = house.cast.desk, house.cast.secretary
    assert refusal_of(lambda: move_step(desk, secretary, NAME, StepKind.ITEMS_CLOSE, to)) == says


def test_only_the_secretariat_sees_and_moves_steps(house: House) -> None:
    house.add()
    agency = house.cast.actor("nz-dia")
    with pytest.raises(NotEntitled):
        list_steps(house.cast.desk, agency, NAME)
    with pytest.raises(NotEntitled):
        move_step(house.cast.desk, agency, NAME, StepKind.ITEMS_CLOSE, CALL - timedelta(days=2))
