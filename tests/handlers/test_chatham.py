"""A part under the Chatham House Rule: no name in its minutes, no list of who was there, the word where it is seen."""

from datetime import timedelta

from handlers import live
from handlers.action_changes import hand_over
from handlers.actions import give_action, list_actions
from handlers.attendance import record_present
from handlers.correcting import correct_line
from handlers.departures import record_left
from handlers.desk import Actor
from handlers.edition import paragraphs
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.segments import PartChange, change_segment
from tests.cast import Cast
from tests.held import leaves, note, running
from tests.lists import DAY, START, leave, with_call
from tests.slack_front import say

RULE = "Reports (Chatham House Rule)"


def ruled(cast: Cast) -> None:
    """The running call of ``held``, its joint part put under the rule."""
    running(cast)
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(chatham=True))


def recorded(cast: Cast) -> None:
    """The same with two who were there, one of them late, one not to the end, a line of the bank, an action of the
    bank, and the draft sent."""
    ruled(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=6)
    record_present(cast.desk, cast.secretary, "harbour-bank")
    record_left(cast.desk, cast.secretary, "fr-cnil")
    note(cast, "harbour-bank: phishing is up")
    give_action(cast.desk, cast.secretary, "harbour-bank by +7d Preserve the logs")
    live.end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)


def edition_of(cast: Cast, who: Actor) -> str:
    return "\n".join(paragraphs(read_minutes(cast.desk, who, DAY), who.zone))


def test_no_edition_names_a_speaker_an_owner_or_who_was_there(cast: Cast) -> None:
    recorded(cast)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    readers = (cast.secretary, cast.actor("fr-cnil"), cast.actor("harbour-bank"), cast.actor("oecd"))
    shown = [edition_of(cast, who) for who in readers]
    assert [("phishing is up" in it, "Preserve the logs" in it) for it in shown] == [(True, True)] * 3 + [(True, False)]
    assert [name for it in shown for name in ("arbour", "cnil", "Present", "Came", "Left") if name in it] == []


def test_what_leads_on_from_the_minutes_names_the_owner_to_nobody_else_either(cast: Cast) -> None:
    """The reference of an action stands in the minutes, which name nobody: one look at it told who had been there."""
    recorded(cast)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    reference = list_actions(cast.desk, cast.secretary, asked=DAY).actions[0].reference
    with_call(cast, START + timedelta(days=63))
    agendas = [say(cast, who, "agenda next").text for who in (cast.secretary, cast.actor("nz-dia"))]
    assert [("Preserve the logs" in it, "Harbour Bank" in it) for it in agendas] == [(True, True), (True, False)]
    lines = (f"actions {DAY}", f"actions {reference}", "find Preserve", f"done {reference}", "agenda next")
    told = {
        name: [line for line in lines if "arbour" in say(cast, cast.actor(name), line).text]
        for name in ("fr-cnil", "nz-dia", "harbour-bank")
    }
    assert told == {"fr-cnil": [], "nz-dia": [], "harbour-bank": [*lines[:4]]}
    assert "Harbour Bank" in say(cast, cast.secretary, f"actions {reference}").text


def test_who_had_an_action_is_not_told_whose_it_is_now(cast: Cast) -> None:
    ruled(cast)
    reference = give_action(cast.desk, cast.secretary, "fr-cnil by +7d Preserve the logs").reference
    live.end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    leaves(cast, "action_given")
    hand_over(cast.desk, cast.secretary, reference, "harbour-bank")
    cast.clock.advance(minutes=2)
    mails = [m.text for m in leaves(cast, "action_changed") if m.email.endswith("@fr-cnil.example")]
    assert [("handed over" in it, "Preserve the logs" in it, "Harbour" in it) for it in mails] == [
        (True, True, False)
    ] * len(mails)
    assert mails


def test_the_hour_at_which_an_action_is_overdue_does_not_tell_in_which_zone_its_owner_is(cast: Cast) -> None:
    ruled(cast)
    give_action(cast.desk, cast.secretary, "nz-dia by +7d Preserve the logs")
    live.end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.at = START + timedelta(days=7)  # 02:00 on the day after in Wellington
    late = [list_actions(cast.desk, who).actions[0].overdue for who in (cast.secretary, cast.actor("fr-cnil"))]
    cast.clock.advance(hours=12)
    assert (late, list_actions(cast.desk, cast.actor("fr-cnil")).actions[0].overdue) == ([True, False], True)


def test_the_secretariat_reads_that_a_line_was_corrected_and_of_whom_it_came_nowhere(cast: Cast) -> None:
    ruled(cast)
    line = note(cast, "phishing is up")
    live.end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    correct_line(cast.desk, cast.actor("fr-cnil"), line, "phishing rose")
    told = {m.text.splitlines()[1] for m in leaves(cast, "line_corrected")}
    assert told == {
        f"Line {line} of Case updates ({DAY}) was corrected. It said: TLP:AMBER phishing is up. It says now: "
        "TLP:AMBER phishing rose"
    }


def test_the_draft_mailed_names_nobody_and_nobody_gets_lines_as_theirs(cast: Cast) -> None:
    recorded(cast)
    mails = leaves(cast, "minutes", "minutes_lines")
    assert (len(mails), {m.kind for m in mails}) == (35, {"minutes"})
    assert [m.email for m in mails if "arbour" in m.text or "fr-cnil" in m.text] == []


def test_attribution_entered_before_the_rule_is_shown_to_nobody_under_it(cast: Cast) -> None:
    running(cast)
    line = note(cast, "harbour-bank: phishing is up")
    assert f"`{line}` (harbour-bank): " in edition_of(cast, cast.secretary)
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(chatham=True))
    assert f"`{line}` TLP:AMBER phishing is up" in edition_of(cast, cast.secretary)
    corrected = say(cast, cast.secretary, f"correct {line} harbour-bank: phishing rose")
    assert corrected.text == (
        f"`{line}` now says: TLP:AMBER phishing rose\nIt said before: TLP:AMBER phishing is up"
        "\nYou act as the secretariat."
    )


def test_a_line_whose_words_name_somebody_is_pointed_out(cast: Cast) -> None:
    ruled(cast)
    said = say(cast, cast.secretary, "note We thank Harbour Bank and fr-cnil.").text
    assert said.endswith(
        "\nThis part is under the Chatham House Rule, and the line names fr-cnil, harbour-bank. Leave that out: "
        f"`/lap correct {said.split('`')[1]} TEXT`."
    )
    assert "Chatham House Rule, and" not in say(cast, cast.secretary, "note The bankers agreed.").text


def test_the_word_stands_with_the_part_where_people_see_it(cast: Cast) -> None:
    with_call(cast)
    added = say(cast, cast.secretary, f'segment add {DAY} joint 20 chatham "Trends" go')
    cnil = cast.actor("fr-cnil")
    shown = [added, *(say(cast, cnil, f"{verb} {DAY}") for verb in ("call", "agenda", "attendees"))]
    assert ["Trends (Chatham House Rule)" in it.text for it in shown] == [True, True, True, False]
    say(cast, cast.secretary, f"segment {DAY}/trends chatham off go")
    assert "Chatham" not in say(cast, cnil, f"call {DAY}").text


def test_a_guests_invitation_says_it(cast: Cast) -> None:
    ruled(cast)
    cast.clock.advance(minutes=5)
    (mail,) = [s for s in leave(cast) if s.kind == "invitation" and s.email == "abuse-desk@harbour-bank.example"]
    assert (mail.notice.copy and mail.notice.copy.summary) == RULE


def test_the_opening_statement_has_the_rule_where_the_part_is_under_it(cast: Cast) -> None:
    ruled(cast)
    live.shut_gate(cast.desk, cast.secretary)
    assert "Chatham" not in say(cast, cast.secretary, "clear").text


def test_the_first_part_opens_with_the_rule(cast: Cast) -> None:
    with_call(cast)
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(chatham=True))
    cast.clock.at = START
    said = say(cast, cast.secretary, "start").text
    assert f"Part 1: *{RULE}* (joint)" in said
    assert "This part is held under the Chatham House Rule: you are free to use what you hear within its label" in said


def test_a_running_part_is_put_under_the_rule_and_not_taken_from_it(cast: Cast) -> None:
    ruled(cast)
    assert say(cast, cast.secretary, f"segment {DAY}/1 chatham off").text == (
        "“Case updates” is running: until it ends, a part of it can only be closed, with `agencies`, or put under the "
        "Chatham House Rule, with `chatham`."
    )
    assert say(cast, cast.secretary, f"segment {DAY}/1 chatham").text == (
        "“Reports” is under the Chatham House Rule already; nothing was changed."
    )


def test_the_gate_still_knows_who_is_there(cast: Cast) -> None:
    ruled(cast)
    record_present(cast.desk, cast.secretary, "harbour-bank")
    assert [g.here for g in live.shut_gate(cast.desk, cast.secretary).must_go if "Harbour" in g.name] == [True]
