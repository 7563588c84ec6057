"""A delay is told to those who wait, each of their own part; guests read in Slack when their part opens and is over."""

from datetime import timedelta

from bot.topics import AudienceKind
from handlers import joining
from handlers.announcing import announce_call
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import approve_list, circulate
from handlers.late import tell_delay
from handlers.live import clear_gate, end_call, next_item, shut_gate, start_call
from handlers.part_letters import CLOSES, ITEM, LATE, OPENS
from handlers.segments import PartChange, add_segment, change_segment
from storage import calls
from storage.calls import Part
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import leaves, running
from tests.lists import DAY, START, Sent, with_approved
from tests.slack_front import say


def to(sent: list[Sent], short_name: str, door: str = "slack") -> list[tuple[str, ...]]:
    return [s.notice.paragraphs for s in sent if s.email.endswith(f"@{short_name}.example") and s.door == door]


def test_before_the_call_everybody_reads_when_their_own_part_begins(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    cast.clock.at = START - timedelta(minutes=5)
    done = tell_delay(cast.desk, cast.secretary, "10")
    sent = leaves(cast, LATE)
    assert (done.minutes, done.told) == (10, len({s.email for s in sent}))
    assert to(sent, "harbour-bank") == to(sent, "harbour-bank", "mail") == [
        (
            "“Reports” now begins at about Tue 16 Feb 2027, 13:10 Europe/London (13:10 UTC); it was to begin at 13:00 "
            "Europe/London (13:00 UTC). Your link to join opens 15 minutes before.",
            "The entry in your calendar stays where it is.",
        )
    ]  # fmt: skip
    assert to(sent, "fr-cnil")[0][0].startswith("“Case updates” now begins at about ")


def test_while_the_call_runs_only_who_waits_is_told(cast: Cast) -> None:
    running(cast, "harbour-bank")
    assert tell_delay(cast.desk, cast.secretary, "10").told == 0
    assert "Nobody waits for a part that is yet to begin" in say(cast, cast.secretary, "late 15").text
    assert leaves(cast, LATE) == []


def test_of_two_delays_the_last_is_told_and_none_takes_it_back(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    cast.clock.at = START - timedelta(minutes=5)
    tell_delay(cast.desk, cast.secretary, "10")
    tell_delay(cast.desk, cast.secretary, f"{DAY} 20 min".replace(" min", ""))
    assert [p[0][:52] for p in to(leaves(cast, LATE), "harbour-bank")] == [
        "“Reports” now begins at about Tue 16 Feb 2027, 13:20"
    ]
    tell_delay(cast.desk, cast.secretary, "0")
    assert to(leaves(cast, LATE), "harbour-bank") == [
        ("“Reports” begins as planned, at Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC), whatever was said before.",)
    ]


def test_the_same_delay_is_told_nobody_a_second_time(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    cast.clock.at = START - timedelta(minutes=5)
    on_time = refusal_of(lambda: tell_delay(cast.desk, cast.secretary, "0"))
    tell_delay(cast.desk, cast.secretary, "10")
    leaves(cast, LATE)
    again = refusal_of(lambda: tell_delay(cast.desk, cast.by_email("secretariat@gb-oft.example"), "10"))
    said = "so nothing was changed and nobody is told again. `/lap late MINUTES` counts all in all, against the plan."
    assert [on_time, again] == [f"“Case updates” is {how} already, {said}" for how in ("on time", "10 min late")]
    assert leaves(cast, LATE) == []


def test_the_link_to_join_follows_the_delay(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    cast.clock.at = START - timedelta(minutes=14)
    guest, early = cast.actor("harbour-bank"), timedelta(minutes=15)

    def leads() -> bool:
        with cast.desk.store.read() as tx:
            record = calls.one(tx, call_id, Part.LIST | Part.ITEMS)
        assert record is not None
        heard = [s for w in joining.audience.windows(guest.reader, record, cast.clock()) for s in w.segments]
        return joining.joinable(record.call, heard, cast.clock(), early, goes_on=False) is not None

    on_time = leads()
    tell_delay(cast.desk, cast.secretary, "10")
    late = leads()
    cast.clock.at = START - timedelta(minutes=5)
    assert (on_time, late, leads()) == (True, False, True)


def test_what_is_no_delay_and_what_is_no_number_is_refused(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    assert refusal_of(lambda: tell_delay(cast.desk, cast.secretary, "10")) == (
        "“Case updates” begins in more than a day: `/lap call move` gives it another time."
    )
    cast.clock.at = START - timedelta(minutes=5)
    assert (refusal_of(lambda: tell_delay(cast.desk, cast.secretary, "600")) or "").startswith(
        "600 minutes are no delay"
    )
    assert (refusal_of(lambda: tell_delay(cast.desk, cast.secretary, "soon")) or "").startswith("By how many minutes")
    for typed, begins in (("²", "By how many minutes"), ("1²", "By how many minutes"), ("9" * 5000, "999")):
        assert say(cast, cast.secretary, f"late {typed}").text.startswith(begins)
    assert say(cast, cast.actor("gb-ico"), "late 5").text.startswith("No call is under way that is yours")


def test_a_guest_reads_when_its_part_is_on_with_its_own_item_and_when_it_is_over(cast: Cast) -> None:
    running(cast, "harbour-bank", "oecd")
    [opened] = [s.notice for s in leaves(cast, OPENS) if s.email.endswith("@harbour-bank.example")]
    assert opened.paragraphs == (
        "Your part of the call, “Reports”, is on now. It is planned until 13:30 Europe/London (13:30 UTC) (30 min).",
    )
    assert opened.items == ("Yours: TLP:AMBER Phishing of banks, 10 min",)
    next_item(cast.desk, cast.secretary)
    on = leaves(cast, ITEM)
    assert (to(on, "harbour-bank"), to(on, "oecd")) == ([("TLP:AMBER Phishing of banks is on now, for 10 min.",)], [])
    shut_gate(cast.desk, cast.secretary)
    assert leaves(cast, OPENS, CLOSES) == []
    clear_gate(cast.desk, cast.secretary)
    over = leaves(cast, OPENS, CLOSES)
    assert {s.email.partition("@")[2] for s in over} == {"harbour-bank.example", "oecd.example"}
    assert {s.notice.paragraphs for s in over} == {
        ("Your part of the call, “Reports”, is over. Thank you; please leave the call now, if you have not.",)
    }


def test_a_part_that_is_over_before_the_message_leaves_is_not_said_to_be_on(cast: Cast) -> None:
    running(cast, "harbour-bank")
    shut_gate(cast.desk, cast.secretary)
    clear_gate(cast.desk, cast.secretary)
    assert leaves(cast, OPENS) == []


def test_at_a_gate_that_a_guest_may_not_know_of_its_part_and_its_item_are_on_all_the_same(cast: Cast) -> None:
    running(cast, "harbour-bank")
    next_item(cast.desk, cast.secretary)
    shut_gate(cast.desk, cast.secretary)  # before word of either has left
    on = [words for (words,) in to(leaves(cast, OPENS, ITEM), "harbour-bank")]
    assert [words.split(", ")[0] for words in on] == [
        "Your part of the call", "TLP:AMBER Phishing of banks is on now"
    ]  # fmt: skip


def test_a_guest_of_a_later_part_who_waits_reads_of_its_own_part_alone(cast: Cast) -> None:
    add_call(cast.desk, cast.secretary, START, 90, "Case updates")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 30, "Reports")
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(by=1))
    announce_call(cast.desk, cast.secretary, DAY)
    admit(cast.desk, cast.secretary, ("harbour-bank",), DAY, ("2",))
    circulate(cast.desk, cast.secretary, DAY, None)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    assert leaves(cast, OPENS) == []
    cast.clock.advance(minutes=50)
    assert tell_delay(cast.desk, cast.secretary, "15").told == 1
    [words] = to(leaves(cast, LATE), "harbour-bank")
    assert words[0].startswith("“Reports” now begins at about Tue 16 Feb 2027, 14:15 Europe/London")
    assert "Agencies" not in " ".join(words)
    assert "One person waits, and is told when" in say(cast, cast.secretary, "late 20").text
    end_call(cast.desk, cast.secretary)
