"""Two whole bots on one PostgreSQL, asked at once: what both answered is what stands, and nothing stands twice.

A race prepares a call of its own and lets people ask both houses together, round after round, each time a little
otherwise apart; the short run tries each race once or twice, `make test-long` many times.
"""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.agenda import AgendaItem, ItemState
from bot.confidentiality import Tlp
from bot.contact_words import NewContact
from bot.minutes import LineKind
from bot.topics import AudienceKind
from handlers import live
from handlers.actions import give_action
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.contacts import add_contact
from handlers.lines import enter_line
from handlers.minutes import adopt_minutes, send_minutes
from handlers.named_editions import ask_edition
from handlers.scribe import name_scribe
from handlers.segments import add_segment
from storage import agenda, calls, directory, identity
from tests.crash.houses import Two, two_houses
from tests.links import JOIN, printed
from tests.lists import START
from tests.workspace.people import TEAM, member
from tests.workspace.slack import AGENCIES_CHANNEL

pytestmark = pytest.mark.postgres

SECRETARY, SCRIBE, GUEST = "secretariat@us-ftc.example", "nz-dia", "harbour-bank"
BANK = "abuse-desk@harbour-bank.example"
STRANGER = "newcomer@elsewhere.example"

Race = Callable[[Two, datetime, int], None]


# --- what a race starts from ---


def listed(two: Two, start: datetime, *guests: str, approved: bool = True) -> tuple[str, str]:
    """A call of ninety minutes, its first thirty joint with those guests on the list; its name and id."""
    desk, secretary, day = two.cast.desk, two.cast.secretary, f"{start:%Y-%m-%d}"
    add_call(desk, secretary, start, 90, "Case updates")
    view = add_segment(desk, secretary, day, AudienceKind.JOINT, 30, "Reports").view
    announce_call(desk, secretary, day)
    if guests:
        admit(desk, secretary, list(guests), day)
        circulate(desk, secretary, day, None)
        if approved:
            approve_list(desk, secretary, day, early=True)
    return day, view.id


def with_items(two: Two, call_id: str, count: int) -> list[str]:
    """So many accepted items in the call's first part; their references in order."""
    proposer, references = two.cast.actor("fr-cnil"), [two.cast.desk.new_reference() for _ in range(count)]
    with two.cast.desk.store.begin() as tx:
        record = calls.one(tx, call_id)
        assert record is not None
        for n, reference in enumerate(references, 1):
            agenda.add(
                tx,
                AgendaItem(
                    reference, call_id, record.call.segments[0].id, n, "B.3.a.i", f"Item {n}", 5, AudienceKind.JOINT,
                    Tlp.AMBER, ItemState.ACCEPTED, proposer.participant.id, proposer.contact.id, two.cast.clock(),
                ),
            )  # fmt: skip
    return references


def begun(two: Two, start: datetime, *guests: str) -> tuple[str, str]:
    """The same begun on time, with a scribe beside the secretariat, and what was to be told of it told."""
    day, call_id = listed(two, start, *guests)
    name_scribe(two.cast.desk, two.cast.secretary, SCRIBE)
    two.at(start)
    live.start_call(two.cast.desk, two.cast.secretary, day)
    two.let_go()
    return day, call_id


def over(two: Two) -> None:
    live.end_call(two.cast.desk, two.cast.secretary)
    two.let_go()


def recorded(two: Two, act: str, *since: int) -> int:
    """How many entries of the audit record are of that act."""
    return int(two.rows("SELECT count(*) FROM audit WHERE act = :act", act=act)[0][0]) - sum(since)


def reference_in(answer: str) -> str:
    found = re.search(r"`(\w{6})`", answer)
    assert found is not None, answer
    return found[1]


def said_of(answers: list[str], *, word: str) -> list[bool]:
    return sorted(word in answer for answer in answers)


# --- the races ---


def next_by_two(two: Two, start: datetime, rounds: int) -> None:
    """Each time one moves the call, and the other reads that somebody was quicker."""
    day, call_id = listed(two, start)
    items = with_items(two, call_id, rounds)
    name_scribe(two.cast.desk, two.cast.secretary, SCRIBE)
    two.at(start)
    live.start_call(two.cast.desk, two.cast.secretary, day)
    for item in items:
        two.after(seconds=30)
        answers = two.typed((SECRETARY, "next"), (SCRIBE, "next"))
        assert said_of(answers, word="Somebody was quicker") == [False, True], answers
        assert all(f"Now: `{item}`" in answer for answer in answers), answers
    stood = two.rows("SELECT item FROM place WHERE call_id = :call AND item IS NOT NULL ORDER BY number", call=call_id)
    assert [item for (item,) in stood] == items
    over(two)


def one_request_at_both(two: Two, start: datetime, rounds: int) -> None:
    """A request that Slack brings to both, since the one was slow, is acted on once."""
    _, call_id = begun(two, start)
    for n in range(rounds):
        two.after(seconds=30)
        trigger = two.houses[0].types(SECRETARY, "whoami").trigger_id
        answers = two.typed_again(SECRETARY, f"note the same line {n}", trigger)
        assert said_of(answers, word="This was already done") == [False, True], answers
        assert len({reference_in(answer) for answer in answers}) == 1, answers
    assert two.rows("SELECT count(*), count(DISTINCT text) FROM minute_entry WHERE call_id = :c", c=call_id) == [
        (rounds, rounds)
    ]
    over(two)


def one_line_at_both(two: Two, start: datetime, rounds: int) -> None:
    """A line of the channel that Slack brings to both, and to one of them twice, is entered once."""
    _, call_id = begun(two, start)
    channel = two.served.slack.channel(AGENCIES_CHANNEL).id
    with two.cast.desk.store.begin() as tx:
        identity.set_channel(tx, TEAM, channel, two.cast.clock())
    for n in range(rounds):
        two.after(seconds=30)
        ts = f"{two.cast.clock().timestamp():.6f}"
        said = [lambda house, n=n, ts=ts: house.hears("nz-dia", channel, f"#agreed the list {n}", ts)] * 3
        assert two.at_once(*said) == [200] * 3
        entered = two.rows("SELECT count(*), count(DISTINCT text) FROM minute_entry WHERE call_id = :c", c=call_id)
        assert (entered, two.rows("SELECT count(*) FROM said WHERE ts = :ts", ts=ts)) == ([(n + 1, n + 1)], [(1,)])
    over(two)


def clear_by_two(two: Two, start: datetime, rounds: int) -> None:
    """A gate is opened once, by one of the two, and nobody is led past a second one."""
    for n in range(rounds):
        _, call_id = begun(two, start + timedelta(days=n))
        live.shut_gate(two.cast.desk, two.cast.secretary)
        two.after(seconds=30)
        answers = two.typed((SECRETARY, "clear"), (SCRIBE, "clear"))
        assert said_of(answers, word="Cleared at") == [False, True], answers
        stood = two.rows("SELECT DISTINCT segment_id FROM place WHERE call_id = :c AND cleared", c=call_id)
        gates = two.rows(
            "SELECT count(*) FROM audit WHERE act = 'clear' AND subject = :d", d=f"{start + timedelta(days=n):%Y-%m-%d}"
        )
        assert (len(stood), gates) == (2, [(1,)])
        over(two)


def correct_by_two(two: Two, start: datetime, rounds: int) -> None:
    """Of two corrections of one line both are kept: the later one is told what the earlier one made of it."""
    begun(two, start)
    for n in range(rounds):
        two.after(seconds=30)
        line = enter_line(two.cast.desk, two.cast.secretary, LineKind.NOTE, f"the words {n}").line.reference
        ask = [(SECRETARY, f"correct {line} by the secretary {n}"), (SCRIBE, f"correct {line} by the scribe {n}")]
        answers = two.typed(*ask)
        assert said_of(answers, word=f"It said before: TLP:AMBER the words {n}") == [False, True], answers
        assert all(f"`{line}` now says: " in answer for answer in answers), answers
        later = next(a for a in answers if f"before: TLP:AMBER the words {n}" not in a)
        ((text,),) = two.rows("SELECT text FROM minute_entry WHERE reference = :r", r=line)
        assert f"now says: TLP:AMBER {text}" in later, (text, answers)
        assert two.rows("SELECT count(*) FROM correction WHERE line = :r", r=line) == [(2,)]
    over(two)


def first_words_at_both(two: Two, start: datetime, rounds: int) -> None:
    """Who writes for the first time, and twice at once, is known by the address of their profile, and tied once."""
    del start
    for _ in range(rounds):
        with two.cast.desk.store.begin() as tx:
            tx.execute(text("DELETE FROM slack_user"))
        answers = two.typed(*[("gb-ico", "whoami")] * 4)
        assert all("Information Commissioner" in answer for answer in answers), answers
        assert two.rows("SELECT contact_id, source FROM slack_user") == [
            ("c-spam-enforcement@gb-ico.example", "profile")
        ]


def undo_beside_undo(two: Two, start: datetime, rounds: int) -> None:
    """Two of one's own go takes back one thing each, or one of them nothing; never the same thing twice."""
    begun(two, start)
    for n in range(rounds):
        two.after(seconds=30)
        lines = [reference_in(two.houses[0].types(SECRETARY, f"note line {n} {k}").text) for k in (1, 2)]
        shown = two.houses[0].types(SECRETARY, "undo").text
        assert f"`{lines[1]}`" in shown, shown
        answers = two.typed((SECRETARY, "undo go"), (SECRETARY, "undo go"))
        left = two.rows(
            "SELECT reference FROM minute_entry WHERE reference IN (:a, :b) AND taken_back_at IS NULL",
            a=lines[0], b=lines[1],
        )  # fmt: skip
        assert left == [(lines[0],)], (answers, left)
        assert said_of(answers, word="would be taken back") == [False, True], answers
    assert two.rows("SELECT count(*), count(DISTINCT undoes) FROM entered WHERE undoes IS NOT NULL") == [
        (rounds, rounds)
    ]
    over(two)


def places_in_the_queue(two: Two, start: datetime, rounds: int) -> None:
    """Everybody who asks has one place, whoever asks twice too; the floor is given to each once."""
    _, call_id = begun(two, start)
    who = ["fr-cnil", "gb-ico", "au-acma", "fr-cnil"]
    for _ in range(rounds):
        two.after(seconds=30)
        asked = two.typed(*((one, "q+") for one in who))
        assert not [answer for answer in asked if "Waiting for the floor" not in answer], asked
        waiting = two.rows("SELECT participant_id FROM speaker WHERE call_id = :c", c=call_id)
        assert sorted(waiting) == sorted((f"p-{one}",) for one in set(who))
        answers = two.typed((SECRETARY, "ack"), (SCRIBE, "ack"), (SECRETARY, "ack"))
        given = {answer.split("* has the floor")[0] for answer in answers if "has the floor" in answer}
        assert len(given) == 3, answers
        assert two.rows("SELECT count(*) FROM speaker WHERE call_id = :c", c=call_id) == [(0,)]
    over(two)


def an_action_taken_and_left(two: Two, start: datetime, rounds: int) -> None:
    """An action is accepted, declined, given on and dropped in one order, which its history tells; who came too late is
    told so."""
    begun(two, start)
    for n in range(rounds):
        two.after(seconds=30)
        due = f"{start + timedelta(days=60):%Y-%m-%d}"
        action = give_action(two.cast.desk, two.cast.secretary, f"fr-cnil by {due} send the list {n}").reference
        answers = two.typed(
            ("fr-cnil", f"decline {action} because no"), ("fr-cnil", f"accept {action}"),
            (SECRETARY, f"drop {action} because over"), (SECRETARY, f"give {action} to gb-ico"),
        )  # fmt: skip
        done = two.rows("SELECT kind, state FROM action_change WHERE reference = :r ORDER BY number", r=action)
        told = re.findall(rf"`{action}` is (accepted|declined|dropped|handed over)[:,]", "\n".join(answers))
        assert sorted(told) == sorted(kind for kind, _ in done[1:]), (answers, done)
        assert two.rows("SELECT state FROM action_item WHERE reference = :r", r=action) == [(done[-1][1],)]
        assert sum(kind == "dropped" for kind, _ in done) <= 1, done
    over(two)


def codes_at_both(two: Two, start: datetime, rounds: int) -> None:
    """Five tries are five at both houses together, and a code ties once."""
    del start
    for n in range(rounds):
        two.after(minutes=11)
        two.served.mail.clear()
        two.houses[n % 2].types(STRANGER, f"iam {BANK}")
        two.ring()
        code = reference_of_mail(two)
        wrong = 5 if n % 2 else 4
        two.typed(*[(STRANGER, f"iam {'ZZZZZZ' if code != 'ZZZZZZ' else 'YYYYYY'}")] * wrong)
        assert two.rows("SELECT tries FROM slack_code") == [(wrong,)]
        answers = two.typed((STRANGER, f"iam {code}"), (STRANGER, f"iam {code}"))
        assert said_of(answers, word="I take you for") == [False, wrong == 4], answers
        with two.cast.desk.store.begin() as tx:
            tx.execute(text("DELETE FROM slack_user WHERE source = 'code'"))


def rotate_beside_a_join(two: Two, start: datetime, rounds: int) -> None:
    """Who follows their link while the bridge is replaced is led to the one or the other, and that is written down;
    from the answer on everybody is led to the new one."""
    day, call_id = begun(two, start, GUEST)
    people = [two.cast.actor(who) for who in (GUEST, "fr-cnil", "gb-ico")]
    tokens = [printed(two.cast, who, JOIN, call_id) for who in people]
    for _ in range(rounds):
        two.after(seconds=30)
        old = two.houses[0].leads(tokens[0])
        two.houses[0].types(SECRETARY, f"rotate {day}/1")
        two.after(seconds=1)
        answer, *led = two.at_once(
            lambda house: house.types(SECRETARY, f"rotate {day}/1 go").text,
            *(lambda house, t=token: house.leads(t) or "" for token in tokens),
        )
        while "would be replaced" in answer:  # somebody more was led there meanwhile, who is named first
            two.after(seconds=1)
            answer = two.houses[0].types(SECRETARY, f"rotate {day}/1 go").text
        assert "is replaced behind the join links" in answer, answer
        new = {house.leads(token) for house in two.houses for token in tokens}
        assert len(new) == 1, new
        assert new != {old}
        assert set(led) <= {old, *new}, (old, new, led)
        known = set(two.rows("SELECT url, contact_id FROM bridge_led WHERE call_id = :c", c=call_id))
        assert {(url, who.contact.id) for url, who in zip(led, people, strict=True)} <= known
        with two.cast.desk.store.begin() as tx:
            tx.execute(text("DELETE FROM bridge_led"))
    over(two)


def an_objection_while_the_other_sends(two: Two, start: datetime, rounds: int) -> None:
    """From “in effect” on neither house hands anything of what is closed to the mail server."""
    guests = [p.short_name for p in everybody(two).participants if p.kind == "private_sector"]
    for n in range(rounds):
        day, _ = listed(two, start + timedelta(days=n), *guests, approved=False)
        two.let_go()
        two.served.mail.clear()
        two.chance.shuffle(guests)
        told: dict[str, tuple[int, str]] = {}
        two.typed((SECRETARY, f"approve {day} early"))
        two.pool.submit(two.houses[0].types, SECRETARY, f"approve {day} early go")
        until(lambda so_far=n: recorded(two, "approve") > so_far)
        two.ring()
        for k, guest in enumerate(guests):
            answer = two.houses[k % 2].types("fr-cnil", f"object {guest} to {day}").text
            told[guest] = len(two.served.mail.mails()), answer
        two.settle()
        late = {}
        for guest, (known, answer) in told.items():
            (email,) = two.rows("SELECT email FROM contact WHERE participant_id = :p", p=f"p-{guest}")[0]
            late[guest] = [
                m.subject
                for m in two.served.mail.mails(email)
                if m.number > known and "is in effect" in answer and m.method == "REQUEST"
            ]
        assert {k: v for k, v in late.items() if v} == {}


def an_edition_at_the_end_of_its_silence(two: Two, start: datetime, rounds: int) -> None:
    """At the moment at which its silence ends an edition is released, and an Agency takes its line out: that does not
    leave once the Agency has its answer, and the edition is released where that was answered."""
    day, _ = adopted(two, start)
    for n in range(rounds):
        two.let_go()
        edition = ask_edition(two.cast.desk, two.cast.secretary, day, f"What we learned {n}", Tlp.GREEN)
        two.settle()
        two.served.mail.clear()
        two.at(edition.ends_at - timedelta(seconds=1))
        went, out, _ = two.at_once(
            lambda house, e=edition: house.types(SECRETARY, f"edition {e.reference} release go").text,
            lambda house, e=edition: (house.types("fr-cnil", f"edition {e.reference} object").text, mails(two)),
            lambda house, e=edition: two.at(e.ends_at),
        )
        two.ring()
        two.settle()
        told, known = out
        assert "Taken out of" in told, told
        late = [m.to for m in two.served.mail.mails() if m.number > known and RENTED in m.text]
        assert late == [] or "already leaving" in told, (went, told, late)
        with two.cast.desk.store.read() as tx:
            left = tx.execute(text("SELECT released_at, dropped_at FROM named_edition ORDER BY asked_at DESC")).first()
        assert ("is released" in went) == (left.released_at is not None), (went, left)


def a_line_taken_out_while_its_edition_leaves(two: Two, start: datetime, rounds: int) -> None:
    """While the one house mails an edition an Agency takes its line out at the other, or puts it right under a stricter
    label: from the answer on nothing leaves with it, but what the answer names."""
    day, lines = adopted(two, start)
    for n in range(rounds):
        two.let_go()
        edition = ask_edition(two.cast.desk, two.cast.secretary, day, f"What we learned {n}", Tlp.GREEN)
        two.settle()
        two.served.mail.clear()
        two.at(edition.ends_at)
        went = two.houses[0].types(SECRETARY, f"edition {edition.reference} release go").text
        assert "is released" in went, went
        until(lambda: mails(two))
        out = f"edition {edition.reference} object" if n % 2 else f"correct {lines[0]} TLP:AMBER to Agencies alone {n}"
        told = two.houses[1].types("fr-cnil", out).text
        known = mails(two)
        two.settle()
        late = [
            m.to for m in two.served.mail.mails() if m.number > known and RENTED in m.text and "What we" in m.subject
        ]
        assert late == [] or "already leaving" in told, (told, late)
        with two.cast.desk.store.begin() as tx:
            tx.execute(text("DELETE FROM amendment"))


def minutes_adopted_beside_a_held_line(two: Two, start: datetime, rounds: int) -> None:
    """At the moment at which the silence over minutes ends a line is held in time, and they cannot be adopted, or it is
    not, and they are."""
    for n in range(rounds):
        day, _ = begun(two, start + timedelta(weeks=4 * n))
        line = enter_line(two.cast.desk, two.cast.secretary, LineKind.NOTE, "the words").line.reference
        over(two)
        ends = send_minutes(two.cast.desk, two.cast.secretary, day).adopts_at
        assert ends is not None
        two.let_go()
        two.settle()
        two.at(ends - timedelta(seconds=1))
        took, kept, _ = two.at_once(
            lambda house, d=day: house.types(SECRETARY, f"minutes adopt {d} go").text,
            lambda house, r=line: house.types("fr-cnil", f"hold {r}").text,
            lambda house, e=ends: two.at(e),
        )
        ((at, held),) = two.rows(
            "SELECT c.minutes_adopted_at, m.held_by FROM call c JOIN minute_entry m ON m.call_id = c.id"
            " WHERE m.reference = :r", r=line,
        )  # fmt: skip
        assert not (at and held), (took, kept)
        assert (at is not None, bool(held)) == ("are adopted" in took, "is held" in kept), (took, kept)
        two.at(ends)
        two.let_go()


def somebody_removed_beside_their_own_word(two: Two, start: datetime, rounds: int) -> None:
    """Who is removed acts before that or not at all, however long their word waited for it."""
    day, _ = listed(two, start)
    for n in range(rounds):
        two.after(seconds=30)
        email = f"officer{two.cast.desk.new_reference().lower()}@fr-cnil.example"
        add_contact(two.cast.desk, two.cast.secretary, NewContact(email, "An officer", "fr-cnil"))
        two.served.slack.add_user(member(email, email.partition("@")[0]))
        two.houses[0].types(email, "whoami")
        words = [(email, f"propose {day} A.3.a 5 proposal {n} {k}") for k in range(4)]
        answers = two.typed((SECRETARY, f"contact remove {email}"), *words)
        assert "is no contact" in answers[0], answers
        ((gone,),) = two.rows("SELECT max(number) FROM audit WHERE act = 'contact remove'")
        after = "SELECT act FROM audit a JOIN contact c ON c.id = a.actor WHERE c.email = :e AND a.number > :n"
        assert two.rows(after, e=email, n=gone) == [], answers
        assert {a.split(" `")[0] for a in answers[1:]} <= {"Proposed:", STRANGER_IS_TOLD}, answers


STRANGER_IS_TOLD = "I do not know that command, or I do not know you yet. What you can do:"
RENTED = "it is rented by the week"


def mails(two: Two) -> int:
    return len(two.served.mail.mails())


def adopted(two: Two, start: datetime) -> tuple[str, list[str]]:
    """A held call whose adopted minutes hold GREEN lines of two Agencies; its name, and the lines' references."""
    day, _ = begun(two, start)
    desk, secretary = two.cast.desk, two.cast.secretary
    lines = []
    for words in (f"TLP:GREEN fr-cnil: {RENTED}", "TLP:GREEN nz-dia: change the password"):
        two.after(seconds=1)
        lines.append(enter_line(desk, secretary, LineKind.NOTE, words).line.reference)
    over(two)
    send_minutes(desk, secretary, day)
    two.after(days=15, seconds=60 - two.cast.clock().second)  # a silence ends with a whole minute
    adopt_minutes(desk, secretary, day)
    return day, lines


def everybody(two: Two) -> directory.Directory:
    with two.cast.desk.store.read() as tx:
        return directory.everybody(tx)


def until(there: Callable[[], object], seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.005)


def reference_of_mail(two: Two) -> str:
    """The code in the one mail that arrives."""
    (mail,) = two.served.mail.wait_for(1, BANK)
    found = re.search(r"/lap iam (\w{6})", mail.text)
    assert found is not None, mail.text
    return found[1]


RACES: dict[str, Race] = {
    race.__name__.replace("_", " "): race
    for race in (
        next_by_two, one_request_at_both, one_line_at_both, clear_by_two, correct_by_two, first_words_at_both,
        undo_beside_undo, places_in_the_queue, an_action_taken_and_left, codes_at_both, rotate_beside_a_join,
        somebody_removed_beside_their_own_word, an_objection_while_the_other_sends,
        an_edition_at_the_end_of_its_silence, a_line_taken_out_while_its_edition_leaves,
        minutes_adopted_beside_a_held_line,
    )
}  # fmt: skip


@pytest.fixture
def two(postgres: str, tmp_path: Path) -> Iterator[Two]:
    with two_houses(postgres, tmp_path) as made:
        yield made


def test_each_race_in_short(two: Two) -> None:
    most_mails = a_line_taken_out_while_its_edition_leaves  # what it is told is ``test_named_editions``' to hold
    for n, race in enumerate(race for race in RACES.values() if race is not most_mails):
        ahead = max(START, two.cast.clock() + timedelta(days=40 + n))
        race(two, ahead.replace(hour=13, minute=0, second=0), 1)


@pytest.mark.long
@pytest.mark.parametrize("race", RACES)
def test_each_race_at_length(two: Two, race: str) -> None:
    RACES[race](two, START, 40)
