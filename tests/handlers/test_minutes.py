"""Minutes on a real database: who reads which edition when, who gets which mail, corrections, holds and adoption."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from bot.confidentiality import Tlp
from bot.errors import NotEntitled
from bot.invitations import Rsvp
from bot.minutes import LineKind
from handlers.answering import rsvp
from handlers.attendance import record_present
from handlers.correcting import correct_line
from handlers.departures import record_left
from handlers.edition import Edition, paragraphs
from handlers.line_letters import ALL_FREE, WHILE_HELD
from handlers.lines import HELD, enter_line, hold_line
from handlers.lines_back import take_back_line
from handlers.live import clear_gate, end_call, shut_gate
from handlers.looking import Wish
from handlers.mail.door import MailDoor
from handlers.mail.smtp import Smtp
from handlers.minutes import adopt_minutes, read_minutes, send_minutes
from handlers.regrets import record_regrets
from handlers.scribe import name_scribe
from handlers.undo import undo_last
from handlers.withholding import withhold_line
from storage.outbox import Errand
from storage.tables import Door
from tests.bot.refusals import refusal_of
from tests.cast import Cast
from tests.held import adopted, held, leaves, note, running, sent
from tests.links import PAGE, browsing, path
from tests.lists import DAY, START, Sent, with_call
from tests.slack_front import say

WISH = Wish(f"minutes adopt {DAY}")
NO_LINE = "I know no line `{}` for you. `/lap minutes` shows what you may read, with the references of its lines."


def edition_of(cast: Cast, short_name: str) -> Edition:
    actor = cast.secretary if short_name == "secretariat" else cast.actor(short_name)
    return read_minutes(cast.desk, actor, DAY)


def lines_of(it: Edition) -> list[str]:
    return [line.reference for part in it.parts for subject in part.subjects for line in subject.lines]


def mails(cast: Cast, kind: str) -> dict[str, Sent]:
    """What left of that kind, by address."""
    return {s.email: s for s in leaves(cast, kind)}


def test_before_they_are_sent_only_the_secretariat_reads_the_minutes(cast: Cast) -> None:
    lines = held(cast)
    assert lines_of(edition_of(cast, "secretariat")) == list(lines)
    assert [edition_of(cast, who).parts for who in ("fr-cnil", "harbour-bank", "oecd")] == [(), (), ()]


def test_once_sent_agencies_read_all_and_a_guest_the_lines_attributed_to_it(cast: Cast) -> None:
    own, joint, closed = sent(cast)
    read = {who: lines_of(edition_of(cast, who)) for who in ("fr-cnil", "harbour-bank", "oecd")}
    assert read == {"fr-cnil": [own, joint, closed], "harbour-bank": [own], "oecd": []}


def test_once_adopted_a_guest_reads_the_edition_of_its_part_and_no_attendance(cast: Cast) -> None:
    own, joint, _ = adopted(cast)
    it = edition_of(cast, "meridian-net")
    assert (lines_of(it), [p.present for p in it.parts]) == ([own, joint], [None])
    assert [p.present for p in edition_of(cast, "fr-cnil").parts] == [("fr-cnil", "harbour-bank"), ()]


@pytest.mark.parametrize("typed", ["[off] the name", "harbour-bank: [OFF] the name", "the name [off]"])
def test_what_is_marked_as_not_for_the_record_is_not_entered_by_a_command_either(cast: Cast, typed: str) -> None:
    running(cast)
    assert refusal_of(lambda: enter_line(cast.desk, cast.secretary, LineKind.NOTE, typed)) == (
        "`[off]` marks what is not for the record, so nothing was entered. To minute it, send it without that mark."
    )


def test_an_edition_reads_by_part_with_labels_directly_before_the_text(cast: Cast) -> None:
    own, joint, closed = sent(cast)
    assert paragraphs(edition_of(cast, "fr-cnil"), cast.actor("fr-cnil").zone) == (
        "Part 1: Reports, Tue 16 Feb 2027, 14:00-14:30 Europe/Paris (13:00-13:30 UTC)\n"
        "Present: fr-cnil, harbour-bank\n"
        f"`{own}` (harbour-bank): TLP:AMBER phishing is up\n"
        f"`{joint}` Decision: TLP:AMBER the list was agreed",
        "Part 2: Agencies, Tue 16 Feb 2027, 14:30-15:30 Europe/Paris (13:30-14:30 UTC)\n"
        "The gate before this part was shut and cleared at 14:00 Europe/Paris (13:00 UTC).\n"
        f"`{closed}` (fr-cnil): TLP:AMBER a raid is near",
    )


def test_who_cannot_come_and_when_the_gate_stood_shut_is_read_by_who_reads_who_was_there(cast: Cast) -> None:
    running(cast)
    record_present(cast.desk, cast.secretary, "fr-cnil harbour-bank")
    record_regrets(cast.desk, cast.secretary, "nl-acm meridian-net")
    leaves(cast, "invitation")
    rsvp(cast.desk, cast.actor("gb-ico"), Rsvp.DECLINED, DAY)
    cast.clock.advance(minutes=20)
    record_left(cast.desk, cast.secretary, "fr-cnil")
    cast.clock.advance(minutes=4)
    record_present(cast.desk, cast.secretary, "fr-cnil")
    shut_gate(cast.desk, cast.secretary)
    cast.clock.advance(minutes=6)
    clear_gate(cast.desk, cast.secretary)
    note(cast, "harbour-bank: a raid is near")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    gate = (START + timedelta(minutes=24), START + timedelta(minutes=30))
    parts = edition_of(cast, "fr-cnil").parts
    assert [(p.present, p.regrets, p.gate) for p in parts] == [
        (("fr-cnil", "harbour-bank"), ("gb-ico", "meridian-net", "nl-acm"), None),
        ((), ("gb-ico", "nl-acm"), gate),
    ]
    assert edition_of(cast, "secretariat").parts[0].present == ("fr-cnil (away 4 min)", "harbour-bank")
    assert [(p.present, p.regrets, p.gate) for p in edition_of(cast, "meridian-net").parts] == []
    told = paragraphs(edition_of(cast, "fr-cnil"), cast.actor("fr-cnil").zone)[1].splitlines()
    assert told[1:3] == [
        "The gate before this part stood shut 14:24-14:30 Europe/Paris (13:24-13:30 UTC).",
        "Regrets: gb-ico, nl-acm",
    ]


def test_minutes_say_who_came_late_and_who_left_early_to_the_agencies_that_heard_the_part_and_to_no_guest(
    cast: Cast,
) -> None:
    running(cast, "harbour-bank", "meridian-net")
    record_present(cast.desk, cast.secretary, "fr-cnil harbour-bank")
    cast.clock.advance(minutes=12)
    record_present(cast.desk, cast.secretary, "nz-dia meridian-net")
    cast.clock.advance(minutes=3)
    record_left(cast.desk, cast.secretary, "fr-cnil")
    note(cast, "harbour-bank: a raid is near")
    end_call(cast.desk, cast.secretary)
    assert [p.late for p in edition_of(cast, "secretariat").parts] == [
        (("meridian-net", START + timedelta(minutes=12)), ("nz-dia", START + timedelta(minutes=12))), ()
    ]  # fmt: skip
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    told = paragraphs(edition_of(cast, "gb-ico"), cast.actor("fr-cnil").zone)[0].splitlines()
    assert told[1:4] == [
        "Present: fr-cnil, harbour-bank, meridian-net, nz-dia",
        "Came late: meridian-net at 14:12 Europe/Paris (13:12 UTC); nz-dia at 14:12 Europe/Paris (13:12 UTC)",
        "Left before the end: fr-cnil at 14:15 Europe/Paris (13:15 UTC)",
    ]
    assert [(p.present, p.late, p.left) for p in edition_of(cast, "harbour-bank").parts] == [(None, (), ())]


def test_a_text_above_a_doors_label_is_not_shown_there(cast: Cast) -> None:
    running(cast)
    note(cast, "TLP:AMBER+STRICT our own plans")
    it = read_minutes(cast.desk, cast.secretary, DAY)
    assert [line.text for p in it.parts for s in p.subjects for line in s.lines] == [
        "TLP:AMBER+STRICT (on your page: `/lap feed` gives its address)"
    ]


def test_a_look_before_sending_names_who_gets_what_and_changes_nothing(cast: Cast) -> None:
    held(cast)
    seen = send_minutes(cast.desk, cast.secretary, DAY, Wish(f"minutes send {DAY}"))
    assert (len(seen.agencies), [(g.name, g.lines) for g in seen.guests], seen.lines) == (
        33,
        [("Spam enforcement contact, harbour-bank (Harbour Bank)", 1)],
        3,
    )
    assert edition_of(cast, "fr-cnil").parts == ()
    assert not mails(cast, "minutes")


def test_the_draft_goes_to_every_agency_invited_and_to_guests_only_their_own_lines(cast: Cast) -> None:
    own, joint, closed = sent(cast)
    left = leaves(cast, "minutes", "minutes_lines")
    drafts = {s.email: s for s in left if s.kind == "minutes"}
    own_lines = {s.email: s.text for s in left if s.kind == "minutes_lines"}
    assert (len(drafts), list(own_lines)) == (35, ["abuse-desk@harbour-bank.example"])
    draft = drafts["spam-enforcement@fr-cnil.example"]
    assert (draft.door, draft.notice.label) == (Door.MAIL, Tlp.AMBER)
    assert all(reference in draft.text for reference in (own, joint, closed))
    assert own_lines["abuse-desk@harbour-bank.example"] == (
        "Your words in the minutes: Reports, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)\n"
        "In the draft minutes of Reports, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC), this is attributed to "
        "Harbour Bank.\n"
        f"`{own}` (harbour-bank): TLP:AMBER phishing is up\n"
        "To put a line right, send `/lap correct LINE TEXT` with its reference, before Tue 2 Mar 2027, 14:30 "
        "Europe/London (14:30 UTC). Or answer this mail in words: the secretariat reads it. Questions: "
        "calls@lap.example."
    )


def test_what_adoption_sends_each_guest_is_the_edition_of_its_own_part(cast: Cast) -> None:
    own, joint, closed = adopted(cast)
    left = mails(cast, "minutes_adopted")
    guests = [left[f"{who}.example"].text for who in ("abuse-desk@harbour-bank", "liaison@oecd")]
    assert [(own in text, joint in text, closed in text, "Agencies" in text) for text in guests] == [
        (True, True, False, False)
    ] * 2
    assert closed in left["spam-enforcement@fr-cnil.example"].text


def test_minutes_are_not_sent_before_the_call_is_over_nor_twice(cast: Cast) -> None:
    with_call(cast)
    not_held = refusal_of(lambda: send_minutes(cast.desk, cast.secretary, DAY))
    assert not_held == (
        "“Case updates” was not held yet, so there are no minutes to send. `/lap start 2027-02-16` starts it, "
        "`/lap end` ends it."
    )


def test_a_running_calls_minutes_wait_for_its_end(cast: Cast) -> None:
    running(cast)
    assert refusal_of(lambda: send_minutes(cast.desk, cast.secretary, DAY)) == (
        "“Case updates” is still running. `/lap end` ends it; then the minutes can be sent."
    )


def test_sent_minutes_are_not_sent_again(cast: Cast) -> None:
    sent(cast)
    assert refusal_of(lambda: send_minutes(cast.desk, cast.secretary, DAY)) == (
        "The minutes of “Case updates” were sent on Tue 16 Feb 2027, 09:30 America/New_York (14:30 UTC). They can be "
        "adopted from Tue 2 Mar 2027, 09:30 America/New_York (14:30 UTC). `/lap minutes 2027-02-16` shows them as they "
        "stand, with what was corrected since."
    )


def test_minutes_are_adopted_only_after_the_silence(cast: Cast) -> None:
    held(cast)
    unsent = refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY))
    send_minutes(cast.desk, cast.secretary, DAY)
    early = refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY))
    cast.clock.advance(days=14)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    again = refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY))
    assert [unsent, early, again] == [
        "The minutes of “Case updates” were not sent yet. `/lap minutes send 2027-02-16` sends them; then the silence "
        "begins.",
        "The silence on the minutes of “Case updates” runs until Tue 2 Mar 2027, 09:30 America/New_York (14:30 UTC). "
        "Until then they cannot be adopted.",
        "The minutes of “Case updates” were adopted on Tue 2 Mar 2027, 09:30 America/New_York (14:30 UTC). "
        "`/lap minutes 2027-02-16` shows them.",
    ]


def test_the_look_at_an_adoption_names_the_agencies_that_got_the_draft_only_after_the_silence(cast: Cast) -> None:
    sent(cast)
    cast.clock.advance(days=15)  # the machine was down meanwhile
    look = say(cast, cast.secretary, f"minutes adopt {DAY}").text
    assert (
        "The draft left only after the silence had ended, or has not left yet, for au-accc, au-acma, be-economy, "
        "ca-cb, ca-crtc and 28 more: that silence says nothing, so ask there before you adopt."
    ) in look
    leaves(cast, "minutes")
    assert "only after the silence had ended" in say(cast, cast.secretary, f"minutes adopt {DAY}").text


def test_the_look_at_an_adoption_names_no_agency_that_got_the_draft_in_time(cast: Cast) -> None:
    sent(cast)
    leaves(cast, "minutes")
    cast.clock.advance(days=15)
    assert "silence" not in say(cast, cast.secretary, f"minutes adopt {DAY}").text


def test_a_held_line_keeps_the_minutes_from_adoption_until_its_agency_releases_it(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    hold_line(cast.desk, cast.actor("fr-cnil"), joint)
    hold_line(cast.desk, cast.secretary, joint, "gb-ico")
    cast.clock.advance(days=15)
    assert refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY, WISH)) == (
        f"The minutes of “Case updates” cannot be adopted while Agencies hold lines of them: `{joint}`. Correct a line "
        "with `/lap correct LINE TEXT`; its Agency releases it with `/lap hold LINE release`."
    )
    hold_line(cast.desk, cast.actor("fr-cnil"), joint, release=True)
    assert refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY, WISH)) is not None
    hold_line(cast.desk, cast.actor("gb-ico"), joint, release=True)
    assert refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY)) is None


def test_the_secretariat_reads_who_holds_a_line_and_how_to_adopt_once_nobody_does(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    told = []
    for release in (False, True):
        hold_line(cast.desk, cast.actor("fr-cnil"), joint, release=release)
        cast.clock.advance(minutes=3)
        told += [s.notice for s in leaves(cast, HELD) if s.email.endswith("@us-ftc.example")]
    assert [notice.closing for notice in told] == [(WHILE_HELD,), (ALL_FREE,)]


def test_an_agency_sees_its_own_hold_and_no_other(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    hold_line(cast.desk, cast.actor("fr-cnil"), joint)
    hold_line(cast.desk, cast.actor("gb-ico"), joint)
    holders = {
        who: [line.held_by for p in edition_of(cast, who).parts for s in p.subjects for line in s.lines if line.held_by]
        for who in ("fr-cnil", "nz-dia", "secretariat")
    }
    assert holders == {"fr-cnil": [("fr-cnil",)], "nz-dia": [], "secretariat": [("fr-cnil", "gb-ico")]}


def test_only_an_agency_holds_a_line(cast: Cast) -> None:
    own, _, _ = sent(cast)
    refused = [
        refusal_of(lambda who=who: hold_line(cast.desk, who, own)) for who in (cast.secretary, cast.actor("oecd"))
    ]
    assert refused == [
        f"Adoption is held by an Agency. Say for which one, as in `/lap hold {own} for fr-cnil`.",
        f"Only an Agency can hold a line. What is wrong in it you can put right: `/lap correct {own} TEXT`.",
    ]


@pytest.mark.parametrize("act", [hold_line, withhold_line])
def test_of_a_line_that_its_reader_may_not_read_nothing_is_said_about_whom_it_is_held_for(
    cast: Cast, act: Callable[..., object]
) -> None:
    _, _, closed = sent(cast)
    said = [
        refusal_of(lambda it=it: act(cast.desk, cast.actor("oecd"), it, "harbour-bank")) for it in (closed, "7ZZZZ9")
    ]
    assert said[0].replace(closed, "…") == said[1].replace("7ZZZZ9", "…")


def test_who_may_read_a_line_corrects_it_and_the_secretariat_reads_both_texts(cast: Cast) -> None:
    own, joint, _ = sent(cast)
    done = correct_line(cast.desk, cast.actor("harbour-bank"), own, "harbour-bank: phishing has doubled")
    assert (done.line.text, done.was) == ("TLP:AMBER phishing has doubled", "TLP:AMBER phishing is up")
    correct_line(cast.desk, cast.actor("fr-cnil"), joint, "the list was agreed by all")
    told = mails(cast, "line_corrected")
    assert sorted(told) == ["secretariat@gb-oft.example", "secretariat@us-ftc.example"]
    assert told["secretariat@us-ftc.example"].text.splitlines() == [
        "Minutes corrected: Case updates, Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC)",
        f"Harbour Bank corrected line {own} of Case updates (2027-02-16). It said: TLP:AMBER phishing is up. It says "
        "now: TLP:AMBER phishing has doubled",
        f"Commission nationale de l'informatique et des libertés corrected line {joint} of Case updates (2027-02-16). "
        "It said: TLP:AMBER the list was agreed. It says now: TLP:AMBER the list was agreed by all",
        "To change a line again, send `/lap correct LINE TEXT`. `/lap minutes CALL` shows the whole.",
    ]


def test_a_line_that_is_hidden_and_one_that_is_not_there_are_refused_in_the_same_words(cast: Cast) -> None:
    own, joint, closed = sent(cast)
    guest = cast.actor("harbour-bank")
    hidden = [joint, closed, "ZZZ999"]
    assert [refusal_of(lambda line=line: correct_line(cast.desk, guest, line, "x")) for line in hidden] == [
        NO_LINE.format(line) for line in hidden
    ]
    assert refusal_of(lambda: correct_line(cast.desk, guest, own, "y")) is None


def test_a_red_line_is_never_in_a_mail(cast: Cast) -> None:
    running(cast)
    enter_line(cast.desk, cast.secretary, LineKind.NOTE, "TLP:RED harbour-bank: the informant is Zebra")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    left = mails(cast, "minutes")
    assert left
    assert not any("Zebra" in s.text for s in left.values())


@pytest.mark.parametrize("who", ["paybridge", "harbour-bank"])
def test_minutes_of_a_call_that_is_not_theirs_are_refused_like_those_of_no_call(cast: Cast, who: str) -> None:
    with_call(cast)
    refused = [refusal_of(lambda day=day: read_minutes(cast.desk, cast.actor(who), day)) for day in (DAY, "2027-02-17")]
    assert refused == [
        f"I know no call “{day}” for you. `/lap calls` lists yours; a call is named by its date, as in `2027-02-16`."
        for day in (DAY, "2027-02-17")
    ]


def test_the_label_stands_in_the_subject_and_at_head_and_foot_of_the_minutes(cast: Cast) -> None:
    sent(cast)
    (draft,) = [s for s in leaves(cast, "minutes") if s.email == "spam-enforcement@fr-cnil.example"]
    door = MailDoor(Smtp("smtp://127.0.0.1:25"), cast.desk.settings, "London Action Plan")
    errand = Errand("e1", "minutes", Door.MAIL, "c1", None, "", 0, False, cast.clock(), cast.clock())
    mail = message_from_bytes(
        door.render(draft.notice, errand, cast.actor("fr-cnil").contact, cast.clock()), policy=policy.default
    )
    body = mail.get_body(("plain",))
    assert body is not None
    head, *_, foot = body.get_content().strip().splitlines()
    shown = say(cast, cast.actor("fr-cnil"), f"minutes {DAY}").text.splitlines()
    assert [mail["subject"][:10], head[:10], foot, shown[0], shown[-1]] == [
        "TLP:AMBER ",
        "TLP:AMBER ",
        *["TLP:AMBER"] * 3,
    ]


def test_at_the_moment_the_silence_ends_an_objection_is_too_late_and_adoption_in_time(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    cast.clock.advance(days=14)
    late = refusal_of(lambda: hold_line(cast.desk, cast.actor("fr-cnil"), joint))
    assert late == (
        "The silence on these minutes ended on Tue 2 Mar 2027, 15:30 Europe/Paris (14:30 UTC); an objection is entered "
        f"before. `/lap correct {joint} TEXT` puts a dated amendment below the line."
    )
    assert refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY)) is None


def test_a_moment_before_the_silence_ends_an_objection_holds(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    cast.clock.advance(days=14, microseconds=-1)
    hold_line(cast.desk, cast.actor("fr-cnil"), joint)
    cast.clock.advance(microseconds=1)
    assert refusal_of(lambda: adopt_minutes(cast.desk, cast.secretary, DAY)) is not None


def test_a_correction_after_adoption_stands_below_the_line_and_its_readers_are_told(cast: Cast) -> None:
    _, joint, closed = adopted(cast)
    leaves(cast, "minutes_adopted")
    cast.clock.advance(days=1)
    done = correct_line(cast.desk, cast.actor("fr-cnil"), joint, "the list was agreed by nearly all")
    assert (done.line.text, done.amendment is not None) == ("TLP:AMBER the list was agreed", True)
    correct_line(cast.desk, cast.actor("fr-cnil"), closed, "fr-cnil: two raids are near")
    for who in ("nz-dia", "harbour-bank", "meridian-net"):
        told = "\n".join(paragraphs(edition_of(cast, who), cast.actor("fr-cnil").zone))
        assert (
            f"`{joint}` Decision: TLP:AMBER the list was agreed\n    Amended on Thu 4 Mar 2027, 15:30 Europe/Paris "
            "(14:30 UTC) by fr-cnil: TLP:AMBER the list was agreed by nearly all"
        ) in told
        assert ("two raids" in told) is (who == "nz-dia")
    left = mails(cast, "line_amended")
    assert left["abuse-desk@harbour-bank.example"].text == (
        "Minutes amended: Reports, Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)\n"
        f"Commission nationale de l'informatique et des libertés amended line {joint} of Reports (2027-02-16). The "
        "line stays: TLP:AMBER the list was agreed. Below it stands now: TLP:AMBER the list was agreed by nearly all\n"
        "The silence on these minutes has ended, so their text stays. `/lap minutes CALL` shows the whole."
    )
    assert "two raids are near" in left["spam-enforcement@nz-dia.example"].text
    assert "spam-enforcement@fr-cnil.example" not in left


def test_what_its_maker_put_below_a_line_last_is_not_put_there_again(cast: Cast) -> None:
    _, joint, _ = adopted(cast)
    cnil, ico = cast.actor("fr-cnil"), cast.actor("gb-ico")
    correct_line(cast.desk, cnil, joint, "agreed by nearly all")
    leaves(cast, "line_amended")
    assert refusal_of(lambda: correct_line(cast.desk, cnil, joint, "agreed by nearly all")) == (
        f"You put that below `{joint}` last already, so nothing was added and nobody is told: TLP:AMBER agreed by "
        "nearly all"
    )
    again = [correct_line(cast.desk, who, joint, said).amendment for who, said in (
        (ico, "agreed by nearly all"), (cnil, "agreed by all"), (cnil, "agreed by nearly all"))]  # fmt: skip
    assert None not in again


def test_what_an_agency_withholds_no_guest_reads_even_after_adoption(cast: Cast) -> None:
    running(cast)
    line = note(cast, "fr-cnil: we know the sender")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    cast.clock.advance(days=15)
    adopt_minutes(cast.desk, cast.secretary, DAY)
    before = [line in lines_of(edition_of(cast, who)) for who in ("harbour-bank", "nz-dia")]
    said = say(cast, cast.actor("fr-cnil"), f"withhold {line}").text
    after = [line in lines_of(edition_of(cast, who)) for who in ("harbour-bank", "nz-dia")]
    assert (before, after) == ([True, True], [False, True])
    assert said == (
        f"`{line}` is withheld: only the secretariat and the Agencies of its part read it, and it stands in no edition "
        f"of `{DAY}` that goes further. TLP:AMBER we know the sender"
    )
    again = say(cast, cast.secretary, f"withhold {line} release for fr-cnil").text
    assert again.startswith(f"`{line}` is shared again by Commission nationale")
    assert line in lines_of(edition_of(cast, "harbour-bank"))


def test_what_an_agency_put_below_anothers_line_it_withholds_and_the_line_goes_further_without_it(cast: Cast) -> None:
    _, joint, _ = adopted(cast)
    correct_line(cast.desk, cast.actor("fr-cnil"), joint, "agreed by all but Zebra")

    def who_reads() -> list[bool]:
        return ["Zebra" in say(cast, cast.actor(who), f"minutes {DAY}").text for who in ("harbour-bank", "nz-dia")]

    before = who_reads()
    assert "Only the Agency whose words" in say(cast, cast.actor("nz-dia"), f"withhold {joint}").text
    said = say(cast, cast.actor("fr-cnil"), f"withhold {joint}").text
    assert (before, who_reads()) == ([True, True], [False, True])
    assert said.startswith(
        f"What you put below `{joint}` is withheld: only the secretariat and the Agencies of its part read it, and it "
        f"stands in no edition of `{DAY}` that goes further."
    )
    assert [
        say(cast, cast.actor(who), "find Zebra").text.count("agreed by all but") for who in ("harbour-bank", "nz-dia")
    ] == [0, 1]
    assert "[withheld from wider editions]" in say(cast, cast.actor("nz-dia"), f"minutes {DAY}").text
    assert "Zebra" not in say(cast, cast.actor("harbour-bank"), f"minutes {joint}").text
    again = say(cast, cast.secretary, f"withhold {joint} release for fr-cnil").text
    assert again.startswith(f"What you put below `{joint}` is shared again by Commission nationale")
    assert who_reads() == [True, True]


def test_another_agencys_words_and_hidden_ones_cannot_be_withheld(cast: Cast) -> None:
    own, _, closed = sent(cast)
    for who, line in (("nz-dia", closed), ("fr-cnil", own)):
        assert "Only the Agency whose words" in say(cast, cast.actor(who), f"withhold {line}").text
    guest = cast.actor("harbour-bank")
    hidden, absent = (say(cast, guest, f"withhold {line}").text.replace(line, "") for line in (closed, "ZZZZZZ"))
    assert hidden == absent


def test_an_amendment_that_slack_may_not_carry_stands_on_its_readers_page(cast: Cast) -> None:
    _, joint, _ = adopted(cast)
    done = correct_line(cast.desk, cast.actor("fr-cnil"), joint, "TLP:AMBER+STRICT agreed by all but Zebra")
    assert done.amendment is not None
    assert "Zebra" not in done.amendment.text
    with browsing(cast) as client:
        pages = [client.get(path(cast, cast.actor(who), PAGE)).text for who in ("nz-dia", "harbour-bank", "paybridge")]
    assert ["TLP:AMBER+STRICT agreed by all but Zebra" in page for page in pages] == [True, True, False]


def test_the_scribe_puts_right_in_the_draft_whose_words_a_line_holds(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    line = note(cast, "harbour-bank: the kit is sold")
    changed = correct_line(cast.desk, cast.actor("fr-cnil"), line, "meridian-net: the kit is sold").line
    assert (changed.speaker, changed.text) == ("meridian-net", "TLP:AMBER the kit is sold")


def test_any_line_of_a_draft_is_taken_back_by_who_runs_the_call_and_brought_back(cast: Cast) -> None:
    running(cast)
    name_scribe(cast.desk, cast.secretary, "fr-cnil")
    first, second = note(cast, "said twice"), note(cast, "said twice")
    scribe = cast.actor("fr-cnil")
    assert say(cast, scribe, f"undo {first.lower()}").text == f"The note `{first}` was taken back: TLP:AMBER said twice"
    assert lines_of(edition_of(cast, "secretariat")) == [second]
    assert undo_last(cast.desk, scribe, Wish("undo", go=True)).said == (
        f"The note `{first}` stands again: TLP:AMBER said twice"
    )
    assert lines_of(edition_of(cast, "secretariat")) == [first, second]
    assert refusal_of(lambda: take_back_line(cast.desk, cast.actor("gb-ico"), first)) == NO_LINE.format(first)
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    assert refusal_of(lambda: take_back_line(cast.desk, cast.secretary, second)) == (
        f"The minutes were sent since, so that line stays. `/lap correct {second} TEXT` changes what it says."
    )
    with pytest.raises(NotEntitled):
        take_back_line(cast.desk, cast.actor("gb-ico"), second)
