"""Lines of the channel during a call: who may say what, where each finds its place, and what becomes of late ones."""

import random
import re
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy import text as sql

from bot.actions import ActionState
from bot.confidentiality import Tlp
from bot.errors import Conflict, NotEntitled, NotFound, NotUnderstood, Refusal
from bot.line_words import TooLong
from bot.minutes import LineKind
from bot.said import State
from bot.spoken import Form, read_spoken
from handlers import live
from handlers.action_views import ActionView
from handlers.attendance import Present
from handlers.channels import set_channel
from handlers.desk import Actor
from handlers.identity import ChannelInfo
from handlers.labels import set_label
from handlers.lines_back import take_back_line
from handlers.part_letters import ITEM as PART_ITEM
from handlers.queue import Queue
from handlers.recorded import NotThen
from handlers.regrets import Regretted
from handlers.said import SEEN, Line, Spoke
from handlers.scribe import name_scribe
from handlers.spoken import MOST_KEPT, Elsewhere, OffRecord, keep_refused, speak
from storage import calls
from storage import said as rows
from storage.calls import Part
from storage.tables import OutboxRow, SaidRow, columns
from tests.bench.statement_row import MOST
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import running
from tests.lists import START
from tests.remembered import remembered
from tests.slack_front import say as type_
from tests.statements import heard as statements
from tests.told import Told

TEAM, CHANNEL = "T1", "G1"
SAID = columns(SaidRow)


@remembered
def begun(cast: Cast) -> Cast:
    """The call of ``lists``, begun on time, its channel set, fr-cnil its scribe."""
    running(cast)
    set_channel(cast.desk, cast.secretary, TEAM, CHANNEL, ChannelInfo(True, ()))
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    return cast


@pytest.fixture
def on(cast: Cast) -> Cast:
    return begun(cast)


def line(text: str, second: float | None = None, *, channel: str = CHANNEL) -> Line:
    """What somebody typed so many seconds after the start, as a message of the channel; without, after ``/lap`` now."""
    spoken = read_spoken(text)
    assert spoken is not None, text
    if second is None:
        return Line(spoken)
    at = START + timedelta(seconds=second)
    return Line(spoken, at, TEAM, channel, f"{at.timestamp():.6f}")


def say(cast: Cast, who: Actor | str, text: str, second: float | None = None) -> Spoke:
    return speak(cast.desk, cast.actor(who) if isinstance(who, str) else who, line(text, second))


def heard(cast: Cast, who: Actor | str, text: str, second: float) -> bool:
    """The same as a door does it: what is refused is kept, and told; whether it was entered."""
    actor, typed = cast.actor(who) if isinstance(who, str) else who, line(text, second)
    try:
        speak(cast.desk, actor, typed)
    except Refusal as refusal:
        keep_refused(cast.desk, actor, typed, refusal)
        return False
    return True


def record(cast: Cast) -> list[tuple[str, str, str | None]]:
    """What the minutes say, in order: the part's title, the words, the item."""
    with cast.desk.store.read() as tx:
        (found,) = calls.ran_beside(tx, cast.clock(), (), {})[0]
        found = calls.with_parts(tx, found, Part.LINES)
    titles = {s.id: s.title for s in found.call.segments}
    return [(titles[x.segment_id], x.text, x.item) for x in found.lines if x.taken_back_at is None]


def words(cast: Cast) -> list[str]:
    return [text for _, text, _ in record(cast)]


def item(cast: Cast) -> str:
    with cast.desk.store.read() as tx:
        (found,) = calls.ran_beside(tx, cast.clock(), (), {})[0]
        return calls.with_parts(tx, found, Part.ITEMS).items[0].reference


# --- who may say what ---


def test_the_secretariat_and_the_scribe_enter_lines_and_nobody_else(on: Cast) -> None:
    say(on, on.secretary, "#agreed The list is shared")
    say(on, "fr-cnil", "#info Two numbers are in use")
    with pytest.raises(NotThen, match="`#info` is for who runs the call"):
        say(on, "nz-dia", "#info me too")
    assert words(on) == ["The list is shared", "Two numbers are in use"]


def test_agreed_is_a_decision_and_a_link_keeps_its_address(on: Cast) -> None:
    say(on, on.secretary, "#agreed we stop", 1)
    say(on, on.secretary, "#link <https://lap.example/a|lap.example/a> The report", 2)
    with on.desk.store.read() as tx:
        found = calls.with_parts(tx, calls.running(tx)[0], Part.LINES).lines
    assert [(x.kind, x.text) for x in found] == [
        (LineKind.DECISION, "we stop"),
        (LineKind.NOTE, "https://lap.example/a The report"),
    ]


def test_a_line_has_its_own_time_and_its_label_by_its_last_word(on: Cast) -> None:
    say(on, on.secretary, "#info nz-dia: the server is known TLP:GREEN", 30)
    with on.desk.store.read() as tx:
        (found,) = calls.with_parts(tx, calls.running(tx)[0], Part.LINES).lines
    assert (found.entered_at - START, found.label, found.speaker_id) == (timedelta(seconds=30), "TLP:GREEN", "p-nz-dia")


def test_what_is_red_is_not_minuted_and_not_kept_beside_the_record_either(on: Cast) -> None:
    say(on, on.secretary, "#info the source is known TLP:RED", 30)
    with on.desk.store.read() as tx:
        kept = rows.of_call(tx, calls.running(tx)[0].call.id)
    assert (words(on), [s.text for s in kept]) == ([""], [""])


def test_an_agency_gives_itself_an_action_and_nobody_else_one(on: Cast) -> None:
    given = say(on, "nz-dia", "ACTION: nz-dia send the numbers - 2027-03-01")
    with pytest.raises(NotEntitled, match="is given by who runs the call"):
        say(on, "nz-dia", "ACTION: au-acma send the numbers - 2027-03-01")
    say(on, "fr-cnil", "ACTION: au-acma send the numbers - +14d")
    assert given.reference


@pytest.mark.parametrize(
    ("text", "error", "why"),
    [
        ("ACTION: nobody-at-all send it - 2027-03-01", NotFound, "nobody called"),
        ("ACTION: fr-cnil send it - 2027-02-01", Conflict, "has gone by"),
        ("ACTION: fr-cnil send it", NotFound, "No later call is announced"),
        ("ACTION:", NotUnderstood, "Whose action"),
        ("#info", NotUnderstood, "text is missing"),
        ("#info " + "x" * 40_000, TooLong, "40000 characters"),
        ("#link the report", NotUnderstood, "begins with its address"),
        ("#chair nobody-at-all", NotFound, "nobody called"),
        ("#chair harbour-bank", Conflict, "cannot be the scribe"),
        ("#topic", NotUnderstood, "Which item is next"),
        ("#info one\n#agreed two", NotUnderstood, "a message of its own"),
        ("s/a/b/", NotThen, "you entered none"),
        ("#undo", NotThen, "nothing to take back"),
        ("[off] lunch", OffRecord, "Slack keeps what is typed there"),
    ],
)
def test_what_cannot_be_done_is_told_with_the_next_step(on: Cast, text: str, error: type[Refusal], why: str) -> None:
    with pytest.raises(error, match=why):
        say(on, on.secretary, text, 5)
    assert words(on) == []


def test_who_does_not_run_the_call_reads_nothing_of_whom_a_part_leaves_out(on: Cast) -> None:
    """A scribe hears every part: that somebody cannot be one told an Agency of parts that it does not hear itself."""
    said = []
    for name in ("nz-dia", "au-acma", "harbour-bank", "nobody-at-all"):
        with pytest.raises(Conflict) as refused:
            say(on, "nz-dia", f"#chair {name}", 5)
        said.append(refused.value.says)
    assert len(set(said)) == 1
    assert "is for who runs the call" in said[0]


def test_who_is_no_agencys_is_told_that_nothing_is_on(on: Cast) -> None:
    with pytest.raises(NotEntitled, match="Nothing that you hear was on"):
        say(on, "harbour-bank", "#info me too", 5)


def test_nothing_is_on_before_the_start_after_the_end_and_for_who_does_not_hear_the_part(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=60)
    live.end_call(on.desk, on.secretary)
    for second in (-10, 61):
        with pytest.raises(Conflict, match="Nothing that you hear was on"):
            say(on, on.secretary, "#info early", second)
    on.clock.at = START + timedelta(seconds=60)
    assert words(on) == []


@pytest.mark.parametrize("text", ["present+", "#info x", "ACTION: nz-dia send it - 2027-03-01"])
def test_who_does_not_hear_the_part_is_told_what_is_told_where_nothing_is_on(on: Cast, text: str) -> None:
    with on.desk.store.begin() as tx:
        tx.execute(sql("UPDATE segment SET \"only\" = 'p-fr-cnil'"))
    with pytest.raises(Conflict, match="Nothing that you hear was on") as unheard:
        say(on, "nz-dia", text, 5)
    with pytest.raises(Conflict) as nothing:
        say(on, "nz-dia", text, -10)
    clock = re.compile(r"at .*\(.*?\)")
    assert clock.sub("", unheard.value.says) == clock.sub("", nothing.value.says)


@pytest.mark.parametrize("text", ["present+", "#info x", "ACTION: nz-dia send it - 2027-03-01"])
def test_nothing_is_on_for_an_agency_that_hears_another_part_of_the_call_than_the_one_that_is_on(
    on: Cast, text: str
) -> None:
    with on.desk.store.begin() as tx:
        tx.execute(sql("UPDATE segment SET \"only\" = 'p-gb-ico' WHERE audience = 'agencies'"))
    live.shut_gate(on.desk, on.secretary)
    live.clear_gate(on.desk, on.secretary)
    with pytest.raises(Conflict, match="Nothing that you hear was on"):
        say(on, "nz-dia", text, 5)


@pytest.mark.parametrize("text", ["present+", "q+", "#info Said so", "#undo", "ACTION: me send them - 2027-03-01"])
def test_at_a_gate_the_part_goes_on_for_an_agency_that_the_part_behind_it_leaves_out(on: Cast, text: str) -> None:
    """That the gate was shut told that the call goes on without it."""
    with on.desk.store.begin() as tx:
        tx.execute(sql("UPDATE segment SET \"only\" = 'p-gb-ico' WHERE audience = 'agencies'"))
    open_ = refusal_of(lambda: say(on, "nz-dia", text))
    live.shut_gate(on.desk, on.secretary)
    shut, known = refusal_of(lambda: say(on, "nz-dia", text)), refusal_of(lambda: say(on, "gb-ico", text))
    assert (shut, "gate" in (known or "")) == (open_, text.startswith(("present+", "q+", "ACTION")))


def test_another_channel_is_not_the_calls(on: Cast) -> None:
    with pytest.raises(Elsewhere):
        speak(on.desk, on.secretary, line("#info x", 5, channel="G2"))


# --- about oneself ---


def test_present_queue_and_regrets_are_said_of_oneself(on: Cast) -> None:
    present = say(on, "nz-dia", "present+")
    again = say(on, "nz-dia", "present+")
    queued = say(on, "nz-dia", "q+")
    left = say(on, "nz-dia", "q-")
    assert isinstance(present.done, Present)
    assert isinstance(again.done, Present)
    assert (present.done.recorded, again.done.already, queued.form, left.form) == (
        ("nz-dia",), ("nz-dia",), Form.QUEUE, Form.UNQUEUE,
    )  # fmt: skip


def test_who_runs_the_call_records_others_and_gives_the_floor(on: Cast) -> None:
    say(on, "nz-dia", "q+")
    there = say(on, "fr-cnil", "present+ nz-dia au-acma")
    floor = say(on, "fr-cnil", "ack nz-dia")
    assert isinstance(there.done, Present)
    assert (there.done.recorded, floor.form) == (("nz-dia", "au-acma"), Form.ACK)
    regrets = say(on, "fr-cnil", "regrets+ nz-dia")
    assert isinstance(regrets.done, Regretted)
    assert regrets.done.recorded == ("nz-dia",)


@pytest.mark.parametrize("text", ["present+ au-acma", "q+ au-acma", "q- au-acma", "regrets+ au-acma"])
def test_who_does_not_run_the_call_speaks_for_nobody_else_and_reads_what_to_type_instead(on: Cast, text: str) -> None:
    with pytest.raises(NotEntitled) as refused:
        say(on, "nz-dia", text)
    assert refused.value.says == (
        "“au-acma” is not your own name, and to speak for others is for who runs the call: the secretariat, and its "
        "scribe. Without a name it is about yourself."
    )


@pytest.mark.parametrize("own", ["nz-dia", "NZ-DIA", "Department of Internal Affairs", "me"])
def test_ones_own_name_is_oneself(on: Cast, own: str) -> None:
    done = [say(on, "nz-dia", f"{word} {own}").done for word in ("present+", "q+", "q-")]
    queues = [len(it.speakers) for it in done if isinstance(it, Queue)]
    assert (getattr(done[0], "recorded", None), queues) == (("nz-dia",), [1, 0])
    with pytest.raises(NotFound, match=r"^You have no invitation to that call"):  # its own, which was never sent
        say(on, "nz-dia", f"regrets+ {own}")


def test_what_the_floor_is_asked_for_is_said_on_the_line(on: Cast) -> None:
    asked = [say(on, who, f"q+ {text}").done for who, text in (("nz-dia", "to ask about the list"), ("fr-cnil", ""))]
    assert [len(it.speakers) for it in asked if isinstance(it, Queue)] == [1, 2]
    named = say(on, "fr-cnil", "q+ au-acma re: robocalls").done
    assert isinstance(named, Queue)
    assert len(named.speakers) == 3


@pytest.mark.parametrize(
    ("text", "owner", "task"),
    [
        ("me send it", "Department of Internal Affairs (Point of contact)", "send it"),
        ("Myself: send it", "Department of Internal Affairs (Point of contact)", "send it"),
        ("nz-dia: send it", "Department of Internal Affairs", "send it"),
        ("nz-dia, send it", "Department of Internal Affairs", "send it"),
        ("Department of Internal Affairs send it", "Department of Internal Affairs", "send it"),
    ],
)
def test_the_owner_of_an_action_is_oneself_or_a_name_that_a_colon_may_follow(
    on: Cast, text: str, owner: str, task: str
) -> None:
    given = say(on, "nz-dia", f"ACTION: {text} - 2027-03-01").done
    assert isinstance(given, ActionView)
    assert (given.owner, given.text) == (owner, f"TLP:AMBER {task}")


@pytest.mark.parametrize("text", ["my team sends it", "no more of it", "be quick", "it is late", "us send it"])
def test_a_word_that_begins_somebodys_name_gives_them_no_action(on: Cast, text: str) -> None:
    with pytest.raises(NotFound, match=f"^I know nobody called “{text.split()[0]}”"):
        say(on, "fr-cnil", f"ACTION: {text} - 2027-03-01")


@pytest.mark.parametrize("text", ["nz-dia, au-acma send it", "nz-dia and au-acma send it", "nz-dia & harbour bank: do"])
def test_an_action_has_one_owner(on: Cast, text: str) -> None:
    with pytest.raises(NotUnderstood, match=r"^An action has one owner, and “nz-dia” is followed by another name\."):
        say(on, "fr-cnil", f"ACTION: {text} - 2027-03-01")


def test_who_takes_the_floor_waits_no_more(on: Cast) -> None:
    say(on, "nz-dia", "q+")
    say(on, "au-acma", "q+")
    taken = [say(on, who, text).done for who, text in (("nz-dia", "ack me"), ("au-acma", "ack"))]
    assert [len(q.speakers) for q in taken if isinstance(q, Queue)] == [1, 0]
    with pytest.raises(NotFound, match="You do not wait"):
        say(on, "nz-dia", "ack")


def test_an_item_is_proposed_of_the_topic_named_or_else_the_first(on: Cast) -> None:
    placed = [say(on, "nz-dia", text).done for text in ("agenda+ Robocall gateways", "agenda+ training A course")]
    assert [getattr(p, "item").topic.partition(" ")[0] for p in placed] == ["A.3.a", "A.3.f"]  # noqa: B009


# --- where a line belongs ---


def test_a_line_belongs_to_the_item_that_was_current_when_it_was_typed(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=20)
    live.next_item(on.desk, on.secretary)
    say(on, on.secretary, "#info later", 25)
    say(on, on.secretary, "#info early, and late to come", 15)
    reference = item(on)
    assert record(on) == [("Reports", "early, and late to come", None), ("Reports", "later", reference)]


def test_a_topic_goes_to_an_item_and_another_title_is_a_heading(on: Cast) -> None:
    reference = item(on)
    say(on, "fr-cnil", f"#topic {reference.lower()}", 10)
    say(on, "fr-cnil", "#topic Any other business", 20)
    say(on, on.secretary, "#topic phishing of  BANKS", 30)
    with on.desk.store.read() as tx:
        (now,) = calls.running(tx)
    assert (record(on), now.call.live and now.call.live.item) == (
        [("Reports", "Topic: Any other business", reference)], reference,
    )  # fmt: skip


def test_a_line_typed_while_the_gate_was_shut_is_refused_and_one_from_before_is_not(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=20)
    live.shut_gate(on.desk, on.secretary)
    with pytest.raises(NotThen, match="The gate was shut"):
        say(on, on.secretary, "#info between", 21)
    on.clock.at = START + timedelta(seconds=30)
    live.clear_gate(on.desk, on.secretary)
    say(on, on.secretary, "#info before", 19)
    say(on, on.secretary, "#info behind", 31)
    assert [(part, text) for part, text, _ in record(on)] == [("Reports", "before"), ("Agencies", "behind")]


def test_a_command_corrects_and_takes_back_what_was_said_before_it_by_a_clock_that_ran_ahead(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=20)
    say(on, "fr-cnil", "#info teh end", 20.4)
    say(on, "fr-cnil", "s/teh/the/")
    corrected = words(on)
    taken_back = [type_(on, on.actor("fr-cnil"), "#undo").text for _ in range(2)]
    assert (corrected, words(on), "Nothing" in "".join(taken_back)) == (["the end"], [], False)


def test_a_topic_whose_clock_ran_ahead_of_the_gate_opens_it_to_no_line(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=20)
    say(on, on.secretary, f"#topic {item(on)}", 20.4)
    live.shut_gate(on.desk, on.secretary)
    with pytest.raises(NotThen, match="The gate was shut"):
        say(on, on.secretary, "#info of the closed part, while people go", 60)
    on.clock.at = START + timedelta(seconds=90)
    live.clear_gate(on.desk, on.secretary)
    told = type_(on, on.secretary, "gates").text
    assert (words(on), "opened again" in told, "cleared" in told) == ([], False, True)


def test_a_topic_whose_clock_ran_ahead_of_the_gates_opening_leads_no_line_back(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=20)
    say(on, on.secretary, f"#topic {item(on)}", 26)
    live.shut_gate(on.desk, on.secretary)
    on.clock.at = START + timedelta(seconds=24)
    live.clear_gate(on.desk, on.secretary)
    say(on, on.secretary, "#info of the closed part", 30)
    assert [(part, text) for part, text, _ in record(on)] == [("Agencies", "of the closed part")]


def test_after_the_end_a_line_from_before_still_finds_its_place(on: Cast) -> None:
    on.clock.at = START + timedelta(seconds=60)
    live.end_call(on.desk, on.secretary)
    say(on, on.secretary, "#info was said in time", 59)
    on.clock.at = START + timedelta(seconds=58)
    assert words(on) == ["was said in time"]


def test_a_scribe_who_loses_the_role_mid_sentence_is_judged_by_the_moment_of_the_sentence(on: Cast) -> None:
    say(on, on.secretary, "#chair nz-dia", 10)
    say(on, "fr-cnil", "#info typed before, came after", 9)
    with pytest.raises(NotThen, match="that was not you"):
        say(on, "fr-cnil", "#info typed after", 11)
    say(on, "nz-dia", "#info typed after too", 11)
    assert words(on) == ["typed before, came after", "typed after too"]


def test_a_role_that_was_passed_on_before_it_was_known_passes_on_once_it_is(on: Cast) -> None:
    early = [heard(on, "nz-dia", "#chair au-acma", 16), heard(on, "au-acma", "#info has it then", 17)]
    heard(on, on.secretary, "#chair nz-dia", 14)
    with on.desk.store.read() as tx:
        (now,) = calls.running(tx)
    assert (early, words(on), now.call.scribe) == ([False, False], ["has it then"], on.actor("au-acma").contact.id)


# --- corrections and what is taken back ---


def test_the_authors_last_line_is_corrected_and_taken_back(on: Cast) -> None:
    say(on, on.secretary, "#info by Firday", 1)
    say(on, "fr-cnil", "#info on Firday", 2)
    done = say(on, on.secretary, "s/Firday/Friday/", 3)
    back = say(on, "fr-cnil", "#undo", 4)
    assert (done.text, back.text, words(on)) == ("TLP:AMBER by Friday", "TLP:AMBER on Firday", ["by Friday"])


def test_undo_after_a_correction_takes_the_correction_back_and_then_the_line(on: Cast) -> None:
    say(on, on.secretary, "#info by Firday", 1)
    say(on, on.secretary, "s/Firday/Friday/", 2)
    first, stood = say(on, on.secretary, "#undo", 3), words(on)
    second = say(on, on.secretary, "#undo", 4)
    assert (first.restored, first.text, stood) == (True, "TLP:AMBER by Firday", ["by Firday"])
    assert (second.restored, second.text, words(on)) == (False, "TLP:AMBER by Firday", [])


def after_lap(cast: Cast, *lines: str) -> list[str]:
    """What the secretary is answered to *lines*, a minute after one another."""
    said = []
    for line in lines:
        cast.clock.advance(minutes=1)
        said.append(type_(cast, cast.secretary, line).text)
    return said


def test_undo_after_lap_takes_a_correction_back_first_as_the_word_does(on: Cast) -> None:
    shown, stood = after_lap(on, "#info by Firday", "s/Firday/Friday/", "undo")[-1], words(on)
    said = [*after_lap(on, "undo go"), str(words(on)), after_lap(on, "undo", "undo go")[-1]]
    again = "The correction is taken back. It says again: TLP:AMBER by Firday"
    assert shown.startswith(f"What you entered last would be taken back. The answer then:\n> {again}\nNothing has left")
    assert stood == ["by Friday"], "nothing was done by the look"
    assert said[:2] == [again, "['by Firday']"]
    assert (said[2].startswith("The note `"), words(on)) == (True, [])


def test_undo_after_lap_goes_on_where_the_word_left_off_and_refuses_once_the_call_has_ended(on: Cast) -> None:
    told = after_lap(on, "#info by Firday", "s/Firday/Friday/", "#undo", "undo go")[-1]
    assert told == "Taken back: TLP:AMBER by Firday"
    told = after_lap(on, "#info by Firday", "s/Firday/Friday/", "end", "undo go")[-1]
    assert "cannot be taken back so any more" in told
    assert "by Friday" in after_lap(on, "minutes last")[-1]


def test_what_undo_takes_back_is_said_after_lap(on: Cast) -> None:
    said = []
    for typed in ("#info by Firday", "s/Firday/Friday/", "#undo", "#undo"):
        on.clock.advance(minutes=1)
        said.append(type_(on, on.secretary, typed).text)
    assert said[2:] == [
        "The correction is taken back. It says again: TLP:AMBER by Firday", "Taken back: TLP:AMBER by Firday",
    ]  # fmt: skip


def test_what_is_above_the_label_of_slack_is_not_repeated_there_when_it_is_corrected_or_taken_back(on: Cast) -> None:
    said = []
    for typed in ("#info TLP:AMBER+STRICT our own plans", "s/own/secret/", "#undo", "#undo"):
        on.clock.advance(minutes=1)
        said.append(type_(on, on.secretary, typed).text)
    assert [("plans" in it, "TLP:AMBER+STRICT (on your page" in it) for it in said] == [(False, True)] * 4


def test_an_undo_that_comes_before_the_correction_that_it_takes_back_takes_it_back(on: Cast) -> None:
    say(on, on.secretary, "#info by Firday", 1)
    heard(on, on.secretary, "#undo", 3)
    gone = words(on)
    heard(on, on.secretary, "s/Firday/Friday/", 2)
    assert (gone, words(on)) == ([], ["by Firday"])


def test_a_correction_and_its_undo_that_came_before_their_line_are_acknowledged_once_they_count(on: Cast) -> None:
    early = [heard(on, on.secretary, typed, at) for typed, at in (("#undo", 3), ("s/Firday/Friday/", 2))]
    heard(on, on.secretary, "#info by Firday", 1)
    t = columns(OutboxRow)
    with on.desk.store.read() as tx:
        states = {s.id: s.state for s in rows.of_call(tx, calls.running(tx)[0].call.id)}
        seen = set(tx.execute(select(t.subject).where(t.kind == SEEN)).scalars())
    assert (early, words(on), seen) == ([False, False], ["by Firday"], set(states))
    assert sorted(states.values()) == [State.ENTERED, State.ENTERED, State.TAKEN_BACK]


def test_a_line_whose_reason_to_wait_comes_before_it_was_kept_is_entered(on: Cast) -> None:
    typed = line("s/Firday/Friday/", 2)
    with pytest.raises(NotThen) as refused:
        speak(on.desk, on.secretary, typed)
    say(on, on.secretary, "#info by Firday", 1)
    keep_refused(on.desk, on.secretary, typed, refused.value)
    with on.desk.store.read() as tx:
        states = [s.state for s in rows.of_call(tx, calls.running(tx)[0].call.id)]
    assert (words(on), states) == (["by Friday"], [State.ENTERED, State.ENTERED])


def test_a_line_that_no_longer_waits_when_it_is_kept_and_cannot_be_entered_is_told_why(on: Cast) -> None:
    typed = line("s/Firday/TLP:RED/", 2)
    with pytest.raises(NotThen) as refused:
        speak(on.desk, on.secretary, typed)
    say(on, on.secretary, "#info by Firday noon", 1)
    keep_refused(on.desk, on.secretary, typed, refused.value)
    with on.desk.store.read() as tx:
        kept = rows.of_call(tx, calls.running(tx)[0].call.id)
    assert (words(on), [s.state for s in kept]) == (["by Firday noon"], [State.ENTERED, State.REFUSED])
    assert "in the middle of the words" in kept[1].why


def test_neither_a_correction_nor_its_undo_lowers_a_label_that_was_raised_by_hand(on: Cast) -> None:
    line = say(on, on.secretary, "#info by Firday", 1)
    set_label(on.desk, on.secretary, line.reference, Tlp.AMBER_STRICT)
    labels = []
    for second, typed in ((2, "s/Firday/Friday/"), (3, "#undo"), (4, "s/by/TLP:CLEAR by/"), (5, "#undo")):
        say(on, on.secretary, typed, second)
        with on.desk.store.read() as tx:
            labels += [x.label for x in calls.with_parts(tx, calls.running(tx)[0], Part.LINES).lines]
    assert labels == [Tlp.AMBER_STRICT] * 4


def test_a_correction_lowers_no_label_and_opens_nothing(on: Cast) -> None:
    say(on, on.secretary, "#info [closed] TLP:AMBER+STRICT known", 1)
    say(on, on.secretary, "s/AMBER+STRICT/CLEAR/", 2)
    say(on, on.secretary, "s/[closed] //", 3)
    with on.desk.store.read() as tx:
        (found,) = calls.with_parts(tx, calls.running(tx)[0], Part.LINES).lines
    assert (found.text, found.label, found.closed) == ("known", "TLP:AMBER+STRICT", True)


def test_a_correction_that_comes_before_what_it_corrects_lowers_no_label_and_opens_nothing_either(on: Cast) -> None:
    heard(on, on.secretary, "s/AMBER+STRICT/CLEAR/", 2)
    heard(on, on.secretary, "s/[closed] //", 3)
    heard(on, on.secretary, "#info [closed] TLP:AMBER+STRICT known", 1)
    with on.desk.store.read() as tx:
        (found,) = calls.with_parts(tx, calls.running(tx)[0], Part.LINES).lines
    assert (found.text, found.label, found.closed) == ("known", "TLP:AMBER+STRICT", True)


def test_an_action_is_taken_back_by_its_giver(on: Cast) -> None:
    given = say(on, "nz-dia", "ACTION: nz-dia send the numbers - 2027-03-01", 1)
    back = say(on, "nz-dia", "#undo", 2)
    assert (given.reference in back.text, ActionState.OPEN in back.text) == (True, False)


def test_an_action_that_comes_after_what_takes_it_back_is_not_given(on: Cast) -> None:
    early = heard(on, "nz-dia", "#undo", 2)
    heard(on, "nz-dia", "ACTION: nz-dia send the numbers - 2027-03-01", 1)
    with on.desk.store.read() as tx:
        states = [s.state for s in rows.of_call(tx, calls.running(tx)[0].call.id)]
        given = calls.with_parts(tx, calls.running(tx)[0], Part.ACTIONS).actions
    assert (early, given, states) == (False, (), [State.TAKEN_BACK, State.ENTERED])


def test_words_after_lap_are_lines_like_others(on: Cast) -> None:
    say(on, on.secretary, "#info by Firday")
    on.clock.advance(seconds=1)
    say(on, on.secretary, "s/Firday/Friday/", 2)
    assert words(on) == ["by Friday"]


# --- twice, late and in any order ---


def test_a_message_acts_once_however_often_it_comes(on: Cast) -> None:
    first, again = (say(on, on.secretary, "#info once", 1) for _ in range(2))
    assert (words(on), again.again, again.reference) == (["once"], True, first.reference)


SCRIPT: list[tuple[str, str, float]] = [
    ("S", "#topic {item}", 10),
    ("S", "#info first Firday", 11),
    ("S", "s/Firday/Friday/", 12),
    ("fr-cnil", "#info of the scribe", 13),
    ("S", "#chair nz-dia", 14),
    ("fr-cnil", "#info of the scribe before", 15),
    ("nz-dia", "#info of the scribe after", 16),
    ("S", "#agreed second", 17),
    ("S", "#undo", 18),
    ("nz-dia", "s/after/now/", 19),
]
IN_ORDER = [
    ("Reports", "first Friday", "{item}"),
    ("Reports", "of the scribe", "{item}"),
    ("Reports", "of the scribe now", "{item}"),
]


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_lines_come_the_minutes_are_the_same(on: Cast, seed: int) -> None:
    reference, order = item(on), list(SCRIPT)
    random.Random(seed).shuffle(order)
    for who, text, second in order if seed else SCRIPT:
        heard(on, on.secretary if who == "S" else who, text.format(item=reference), second)
    assert record(on) == [(part, text, where.format(item=reference)) for part, text, where in IN_ORDER]


def test_what_came_too_early_is_acknowledged_once_it_counts_and_what_no_longer_counts_is_told(on: Cast) -> None:
    early = heard(on, "nz-dia", "#info of the scribe to come", 16)
    was = heard(on, "fr-cnil", "#info of the scribe before", 17)
    heard(on, on.secretary, "#chair nz-dia", 14)
    with on.desk.store.read() as tx:
        states = [(s.contact_id, s.state) for s in rows.of_call(tx, calls.running(tx)[0].call.id)]
    assert (early, was, words(on)) == (False, True, ["of the scribe to come"])
    assert [state for _, state in states] == [State.ENTERED, State.ENTERED, State.NOT_THEN]


@pytest.mark.parametrize("by_words", [True, False])
def test_whose_item_is_on_is_told_whichever_way_the_call_came_to_it(on: Cast, by_words: bool) -> None:
    reference = item(on)
    told = Told(on)
    told.now()
    on.clock.at += timedelta(minutes=1)
    if by_words:
        say(on, on.secretary, f"#topic {reference}")
    else:
        live.next_item(on.desk, on.secretary)
    said = [(kind, to) for kind, _, to, _ in told.now() if kind == PART_ITEM]
    assert said == [(PART_ITEM, on.actor("harbour-bank").contact.email)]


def test_a_line_of_the_channel_takes_no_more_statements_than_a_command_may(on: Cast) -> None:
    lines = ["#info nz-dia: one", "s/one/two/", "#topic Other business", "ACTION: fr-cnil send it - 2027-03-01"]
    lines += [
        "#undo",
        f"#topic {item(on)}",
        "#agreed three",
        "present+",
        "q+",
        "agenda+ Robots",
        "#link https://x.example",
    ]
    counted = {}
    for n, text in enumerate([*lines, "#chair nz-dia"], 1):
        with statements(on.desk.store) as sent:
            say(on, on.secretary, text, n)
        counted[text] = len(sent)
    assert {text: n for text, n in counted.items() if n > MOST} == {}


def test_a_line_that_was_taken_back_by_hand_stays_so_when_another_comes_late(on: Cast) -> None:
    say(on, on.secretary, f"#topic {item(on)}", 300)
    gone = say(on, on.secretary, "#info nz-dia: said twice", 50).reference
    say(on, on.secretary, "#info nz-dia: said once", 60)
    take_back_line(on.desk, on.secretary, gone)
    say(on, on.secretary, f"#topic {item(on)}", 40)
    assert record(on) == [("Reports", "said once", item(on))]


def test_a_late_line_takes_as_many_statements_however_many_lines_it_changes(on: Cast) -> None:
    def counted(first: int, count: int) -> int:
        for n in range(count):
            say(on, on.secretary, f"#info nz-dia: line {n}", first + 10 + n)
        with statements(on.desk.store) as sent:
            say(on, on.secretary, f"#topic {item(on)}", first)
        return len(sent)

    say(on, on.secretary, f"#topic {item(on)}", 300)
    few, many = counted(200, 3), counted(100, 20)
    assert (few, len(record(on)), {it for _, _, it in record(on)}) == (many, 23, {item(on)})


def test_what_is_given_under_a_closed_item_is_closed_though_the_item_came_late(on: Cast) -> None:
    reference = item(on)
    say(on, on.secretary, "ACTION: harbour-bank send it - 2027-03-01", 20)
    with on.desk.store.begin() as tx:
        tx.execute(sql("UPDATE agenda_item SET audience = 'agencies'"))
    say(on, on.secretary, f"#topic {reference}", 10)
    with on.desk.store.read() as tx:
        assert [a.closed for a in calls.with_parts(tx, calls.running(tx)[0], Part.ACTIONS).actions] == [True]


def test_of_a_refused_line_nothing_is_kept_that_is_too_strict_nor_more_than_can_be_given_back(on: Cast) -> None:
    assert not heard(on, "fr-cnil", 'agenda+ TLP:RED cases 10 "A raid on Harbour', 5)
    assert not heard(on, "fr-cnil", 'agenda+ cases 10 "' + "A long title " * 400, 6)
    with on.desk.store.read() as tx:
        strict, long = tx.execute(select(SAID.text, SAID.why).order_by(SAID.at)).all()
    assert ("raid" in strict.text + strict.why, len(long.why) <= MOST_KEPT) == (False, True)
