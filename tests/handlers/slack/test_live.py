"""The Slack rooms of a running call, its minutes and its actions: answers, buttons, forms, statements."""

import json
import re

import pytest

from bot.topics import AudienceKind
from handlers.segments import add_segment
from handlers.slack.reply import MOST_TEXT, Reply
from tests.cast import Cast
from tests.held import running, sent
from tests.lists import DAY, START, with_approved, with_item
from tests.slack_front import front, press, say, submit, unmended
from tests.statements import heard

REFERENCE = re.compile(r"`([0-9A-HJKMNP-TV-Z]{6})`")
NOTHING_RUNS = (
    "No call is running. `/lap start` starts the next one, from an hour before its time. What is missing of one that "
    "ended is entered with its part until the minutes are sent, as in `/lap note CALL/N TEXT` or `/lap here CALL/N "
    "WHO...`; a line that stands is changed with `/lap correct LINE TEXT`."
)


def typed(cast: Cast, line: str, who: str = "secretariat") -> Reply:
    """What somebody is answered a second later."""
    cast.clock.advance(seconds=1)
    return say(cast, cast.secretary if who == "secretariat" else cast.actor(who), line)


def reference_in(reply: Reply) -> str:
    found = REFERENCE.search(reply.text)
    assert found is not None, reply.text
    return found[1]


@pytest.mark.parametrize("line", ["next", "gate", "clear", "here fr-cnil", "note agreed", "decision agreed", "end"])
def test_without_a_running_call_a_verb_says_how_one_starts(cast: Cast, line: str) -> None:
    assert unmended(typed(cast, line)) == NOTHING_RUNS


def test_the_verbs_of_a_running_call_are_the_secretariats_and_the_scribes(cast: Cast) -> None:
    assert typed(cast, "start", "fr-cnil").text == (
        "No call is under way that is yours to run: the secretariat runs it, and the scribe whom it names. Ask the "
        "secretariat, at calls@lap.example."
    )


def test_a_call_begins_with_the_words_to_be_read_out_its_items_and_who_is_expected(cast: Cast) -> None:
    with_item(cast, with_approved(cast, "harbour-bank"), "harbour-bank")
    cast.clock.at = START
    lines = typed(cast, "start").text.splitlines()
    assert lines[0] == "*Case updates* (`2027-02-16`) has begun, at 08:00 America/New_York (13:00 UTC)."
    assert lines[1] == ("Part 1: *Reports* (joint), Tue 16 Feb 2027, 08:00-08:30 America/New_York (13:00-13:30 UTC).")
    assert lines[2].startswith("To be read out: “What is shared here is confidential when its originator asks for that")
    assert REFERENCE.sub("`REF`", lines[3]) == "• `REF` TLP:AMBER Phishing of banks (Harbour Bank), 10 min"
    assert lines[4].startswith("Expected Agencies (33): au-accc, au-acma, ")
    assert lines[5:] == [
        "Expected guests (1): Harbour Bank (Spam enforcement contact).",
        "Its time is up at 08:30 America/New_York (13:30 UTC) (30 min left).",
        "`/lap next` goes on; `/lap here WHO...` records who is there; `/lap note TEXT` minutes what is said.",
    ]


def test_a_call_is_started_earlier_with_now(cast: Cast) -> None:
    with_approved(cast)
    assert typed(cast, "start 2027-02-16").text == (
        "“Case updates” starts on Tue 16 Feb 2027, 08:00 America/New_York (13:00 UTC), and can be started from an hour "
        "before. To start it now, send `/lap start 2027-02-16 now`."
    )
    assert typed(cast, "start 2027-02-16 now").text.startswith("*Case updates* (`2027-02-16`) has begun")


def test_what_start_does_not_know_comes_back(cast: Cast) -> None:
    assert unmended(typed(cast, "start the call please")) == (
        "What follows `start` is a call's date and `now`, as in `/lap start 2027-02-16 now`; not “the call please”."
    )


def test_the_way_through_the_gate_is_three_buttons_or_three_words(cast: Cast) -> None:
    running(cast)
    typed(cast, "next")
    stopped = typed(cast, "next")
    assert [(b.action, b.value) for b in stopped.buttons] == [("gate", "2027-02-16")]
    shut = press(cast, cast.secretary, "gate", "2027-02-16")
    assert shut.text.splitlines()[:3] == [
        "The gate is shut: nobody is led in until it is cleared.",
        "Next is part 2, *Agencies* (for Agencies only), Tue 16 Feb 2027, 08:30-09:30 America/New_York (13:30-14:30 "
        "UTC).",
        "Must go: Harbour Bank (Spam enforcement contact); Meridian Net (Spam enforcement contact); "
        "Organisation for Economic Co-operation and Development (Liaison).",
    ]
    [clear] = shut.buttons
    assert (clear.action, clear.value.partition(" ")[0]) == ("clear", "2027-02-16")
    opened = press(cast, cast.secretary, "clear", clear.value).text
    assert opened.startswith("Cleared at 08:00 America/New_York (13:00 UTC).\nPart 2: *Agencies* (for Agencies only)")
    assert press(cast, cast.secretary, "clear", "2027-02-16").text == (
        "“Agencies” is open. `/lap gate` shuts it first and lists who must go; then `/lap clear` opens the next part."
    )


def test_the_button_of_an_earlier_gate_opens_no_later_one(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 10, "Two of us", only=["gb-ico", "us-ftc"])
    cast.clock.at = START
    typed(cast, "start")
    [first] = typed(cast, "gate").buttons
    press(cast, cast.secretary, "clear", first.value)
    [second] = typed(cast, "gate").buttons
    refused = press(cast, cast.secretary, "clear", first.value).text
    assert refused.startswith("That button is of an earlier gate, so nothing was opened.")
    assert press(cast, cast.secretary, "clear", second.value).text.startswith("Cleared at ")


def test_who_is_there_is_recorded_many_at_once_and_what_is_not_is_said(cast: Cast) -> None:
    running(cast)
    assert typed(cast, "present fr-cnil, Harbour Bank, paybridge, <nobody>").text == (
        "There in “Reports”: fr-cnil, harbour-bank.\n"
        "Paybridge is not on the list for this part. Ask it to leave the call before it goes on.\n"
        "I know nobody called “&lt;nobody&gt;”. Give a short name, a full name or an e-mail address; `/lap directory` "
        "lists them."
    )


def test_a_note_is_echoed_with_its_reference_label_and_speaker_and_user_text_is_inert(cast: Cast) -> None:
    running(cast)
    answers = [
        typed(cast, "note harbour-bank: phishing &lt;!channel&gt; is up"),
        typed(cast, "decision TLP:GREEN let's go"),
        typed(cast, "note TLP:RED the informant"),
        typed(cast, "note [closed] said aside"),
        typed(cast, "note harbour-bank: TLP:RED the informant"),
        typed(cast, "note fr-cnil: [closed] said aside"),
        typed(cast, "#topic TLP:RED the informant"),
    ]
    assert [REFERENCE.sub("`REF`", a.text) for a in answers] == [
        "Note `REF` in “Reports”: (harbour-bank) TLP:AMBER phishing &lt;!channel&gt; is up",
        "Decision `REF` in “Reports”: TLP:GREEN let's go",
        "Note `REF` in “Reports”: TLP:RED, not minuted",
        "Note `REF` in “Reports”: TLP:AMBER said aside [closed: only Agencies read it]",
        "Note `REF` in “Reports”: (harbour-bank) TLP:RED, not minuted",
        "Note `REF` in “Reports”: (fr-cnil) TLP:AMBER said aside [closed: only Agencies read it]",
        "Note `REF` in “Reports”: TLP:RED, not minuted",
    ]


def test_a_line_that_is_too_long_comes_back_in_a_form_cut_in_two(cast: Cast) -> None:
    running(cast)
    text = " ".join(["word"] * 700)
    reply = typed(cast, f"note {text}")
    assert reply.text.startswith(
        "That line has 3499 characters, and 3000 fit. Nothing was recorded: send it as several lines. The form below "
        "holds it, cut into 2.\n"
    )
    assert reply.modal is not None
    halves = [block["element"]["initial_value"] for block in reply.modal.view["blocks"]]
    assert (" ".join(halves), max(map(len, halves)) <= 3000) == (text, True)
    entered = submit(cast, cast.secretary, "note", {"text": halves[0], "rest": halves[1]})
    assert isinstance(entered, Reply)
    assert len(REFERENCE.findall(entered.text)) == 2


def test_a_line_of_forty_thousand_characters_comes_back_whole_in_one_form(cast: Cast) -> None:
    running(cast)
    text = " ".join(f"word{n}" for n in range(5000))[:39_990].strip()
    for line in (f"note TLP:GREEN harbour-bank: {text}", f"#info TLP:GREEN harbour-bank: {text}"):
        reply = typed(cast, line)
        assert reply.text.startswith(f"That line has {len(text) + 14} characters, and 3000 fit. Nothing was recorded: ")
        assert reply.modal is not None
        view = reply.modal.view
        values = {b["block_id"]: b["element"]["initial_value"] for b in view["blocks"]}
        head = "TLP:GREEN harbour-bank: "
        assert (" ".join(v.removeprefix(head) for v in values.values()), len(json.dumps(view)) < 250_000) == (
            text,
            True,
        )
        assert all(v.startswith(head) and len(v) <= 3000 for v in values.values())
        entered = submit(cast, cast.secretary, "note", values)
        assert isinstance(entered, Reply)
        assert entered.text.count("(harbour-bank) TLP:GREEN word") == len(values) == 14


def test_an_action_whose_owner_does_not_hear_the_part_waits_for_a_button(cast: Cast) -> None:
    running(cast)
    typed(cast, "gate")
    typed(cast, "clear")
    reply = typed(cast, "action Harbour Bank by +7d Preserve the logs")
    reference = reference_in(reply)
    assert reply.text == (
        f"Action `{reference}` is recorded, but its owner may not hear this. These words go out only when you "
        "confirm them, exactly so:\nTLP:AMBER Preserve the logs. Owner: Harbour Bank. Due: Tue 23 Feb 2027.\n"
        f"Press the button, or send `/lap action {reference} confirm`."
    )
    value = f"{reference} 2027-02-23 Harbour Bank"
    assert [(b.action, b.value) for b in reply.buttons] == [("action.confirm", value)]
    assert press(cast, cast.secretary, "action.confirm", value).text == (
        f"Confirmed: `{reference}` goes to its owner exactly so: TLP:AMBER Preserve the logs. Owner: Harbour Bank. "
        "Due: Tue 23 Feb 2027."
    )
    assert unmended(typed(cast, f"action {reference} confirm")) == (
        f"The words of `{reference}` are confirmed already, and its owner is told."
    )


def test_a_reason_under_a_label_is_refused_and_does_not_come_back(cast: Cast) -> None:
    running(cast)
    it = reference_in(typed(cast, "action fr-cnil by +7d Send the numbers"))
    for line, who in (
        (f"decline {it} because TLP:RED the source", "fr-cnil"),
        (f"drop {it} because the source TLP:RED", "secretariat"),
        (f"call cancel {DAY} because TLP:RED the source go", "secretariat"),
    ):
        assert typed(cast, line, who).text == (
            "A reason has no label of its own: it is read, and mailed, with what it is about. Leave TLP:RED out, and "
            "with it what is not for everybody who reads that."
        )


def test_an_action_is_listed_moved_and_done_by_its_owner(cast: Cast) -> None:
    running(cast)
    reference = reference_in(typed(cast, "action fr-cnil by +7d Send the numbers"))
    owner = "Commission nationale de l'informatique et des libertés"
    assert typed(cast, "actions mine", "fr-cnil").text == (
        f"• `{reference}` TLP:AMBER Send the numbers. Owner: {owner}. Due: Tue 23 Feb 2027, to be accepted, "
        "from `2027-02-16`\n`/lap accept ACTION` or `/lap decline ACTION` answers one that is to be accepted. "
        "`/lap done ACTION` closes one, `/lap due ACTION DATE` moves its date, `/lap actions ACTION` shows its history."
    )
    assert typed(cast, f"due {reference} by +14d", "fr-cnil").text == (
        f"`{reference}` is now due Tue 2 Mar 2027: TLP:AMBER Send the numbers. Owner: {owner}. Due: Tue 2 Mar 2027.\n"
        "`/lap undo` takes that back while nobody was told."
    )
    assert press(cast, cast.actor("fr-cnil"), "done", reference).text == (
        f"`{reference}` is done: TLP:AMBER Send the numbers. Owner: {owner}. Due: Tue 2 Mar 2027.\n"
        "`/lap undo` takes that back while nobody was told."
    )
    assert typed(cast, "actions", "fr-cnil").text == "No action is open that you may read."


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("done", "Which action? Write its reference, as in `/lap done K7MPQ2`; `/lap actions` lists them. You typed: "
         "nothing"),
        ("due Friday", "Which action? Write its reference, as in `/lap due K7MPQ2 +14d`; `/lap actions` lists them. "
         "You typed: Friday"),
        ("due K7MPQ2", "Which date? Write it after the reference, as in `/lap due K7MPQ2 +14d`. You typed: K7MPQ2"),
        ("done K7MPQ2", "I know no action `K7MPQ2` for you. `/lap actions` lists what you may read, with the "
         "references."),
        ("actions of mine", "After `actions` comes nothing, `mine`, `open`, `overdue`, `declined`, a call or an "
         "action, as in `/lap actions 2027-02-16`; not “of mine”."),
        ("correct it", "Which line? Begin with its reference, as in `/lap correct K7MPQ2 The list was agreed.`; `/lap "
         "minutes` shows the references. You typed: it"),
        ("hold K7MPQ2 please", "Which line? Begin with its reference, as in `/lap hold K7MPQ2 release`; `/lap minutes` "
         "shows the references. You typed: K7MPQ2 please"),
        ("minutes of yesterday", "After `minutes` comes a call, as in `/lap minutes 2027-02-16`, or `send` or `adopt` "
         "and a call; not “of yesterday”."),
        ("minutes", "No call that you were invited to has been held yet, so there are no minutes. `/lap calls` lists "
         "your calls."),
    ],
)  # fmt: skip
def test_what_is_not_understood_comes_back_with_an_example(cast: Cast, line: str, says: str) -> None:
    assert unmended(typed(cast, line, "fr-cnil")) == says


def test_a_scribe_who_ends_the_call_reads_what_the_secretariat_does_next(cast: Cast) -> None:
    running(cast)
    typed(cast, "scribe fr-cnil")
    ended = typed(cast, "end", "fr-cnil").text
    assert "shows the draft of its minutes, and the secretariat sends it. It is due by Tue 23 Feb 2027" in ended
    assert "These items were not taken; the secretariat may keep them for a later call:" in ended
    assert "minutes send" not in ended


def test_minutes_are_looked_at_before_they_are_sent(cast: Cast) -> None:
    running(cast)
    typed(cast, "note harbour-bank: phishing is up")
    ended, _, over = typed(cast, "end").text.partition("\nThese items were not taken; ")
    assert "Phishing of banks" in over
    assert ended == (
        "*Case updates* (`2027-02-16`) has ended. `/lap minutes 2027-02-16` shows the draft of its minutes, `/lap "
        "minutes send 2027-02-16` sends it. It is due by Tue 23 Feb 2027, 09:30 America/New_York (14:30 UTC)."
    )
    seen = typed(cast, "minutes send 2027-02-16")
    assert "The whole goes to 35 people of 33 Agencies: au-accc, " in seen.text
    assert (
        "The lines attributed to them go to: Spam enforcement contact, harbour-bank (Harbour Bank), 1 line."
        in seen.text
    )
    assert seen.text.endswith(
        "Nothing has left yet. To do it, press the button or send `/lap minutes send 2027-02-16 go`."
    )
    done = press(cast, cast.secretary, "minutes", seen.buttons[0].value)
    assert done.text.startswith("The draft minutes of “Case updates” (`2027-02-16`) go to 35 people of 33 Agencies.")


def test_a_reader_without_a_line_is_told_that_there_are_no_minutes_for_it(cast: Cast) -> None:
    sent(cast)
    assert typed(cast, "minutes 2027-02-16", "oecd").text == (
        "There are no minutes of Reports, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC), for you to read."
    )


def test_an_agency_holds_and_releases_a_line_and_the_secretariat_for_it(cast: Cast) -> None:
    _, joint, _ = sent(cast)
    assert typed(cast, f"hold {joint}", "fr-cnil").text == (
        f"`{joint}` is held: while it is, the minutes of `2027-02-16` cannot be adopted, else they can be from Tue 2 "
        "Mar 2027, 15:30 Europe/Paris (14:30 UTC). TLP:AMBER the list was agreed"
    )
    assert typed(cast, f"hold {joint} release for fr-cnil").text == (
        f"`{joint}` is released by Commission nationale de l'informatique et des libertés. TLP:AMBER the list was "
        "agreed"
    )


def test_long_minutes_come_in_pages_and_no_line_is_lost(cast: Cast) -> None:
    running(cast)
    references = [reference_in(typed(cast, f"note {'long ' * 100}")) for _ in range(12)]
    pages = [typed(cast, "minutes")]
    while (more := re.search(r"… the rest: `/lap (.*)`$", pages[-1].text)) is not None:
        pages.append(typed(cast, more[1]))
    assert len(pages) > 1
    assert all(len(page.text) <= MOST_TEXT for page in pages)
    assert REFERENCE.findall("\n".join(p.text for p in pages)) == references


def test_no_live_verb_asks_the_database_more_than_twelve_times(cast: Cast) -> None:
    running(cast)

    def count(line: str, who: str = "secretariat") -> tuple[str, int]:
        actor = cast.secretary if who == "secretariat" else cast.actor(who)
        body = {"team_id": "T1", "user_id": actor.user, "text": line, "trigger_id": cast.desk.new_id()}
        with heard(cast.desk.store) as asked:
            reply = front(cast).command(body)
        return reply.text, sum(not statement.startswith("BEGIN") for statement in asked)

    say(cast, cast.secretary, "help"), say(cast, cast.actor("fr-cnil"), "help")
    note = count("note harbour-bank: phishing is up")
    lines = ["here fr-cnil harbour-bank", "next", "gate", "clear", "decision agreed", "action fr-cnil by +7d x", "end"]
    counts = {line: count(line)[1] for line in lines} | {"note": note[1]}
    assert {line: n for line, n in counts.items() if n > 12} == {}


def test_what_becomes_of_an_action_is_typed_or_pressed_and_read_in_its_history(cast: Cast) -> None:
    running(cast)
    said = typed(cast, "action fr-cnil by +7d Send the numbers")
    reference = reference_in(said)
    assert said.text.endswith("moves the date. It has yet to accept it.")
    owner = cast.actor("fr-cnil")
    assert press(cast, owner, "action.accept", reference).text.startswith(f"`{reference}` is accepted: TLP:AMBER Send")
    assert typed(cast, f"decline {reference} because no staff", "fr-cnil").text.startswith(f"`{reference}` is declined")
    assert typed(cast, f"give {reference} to gb-ico").text == (
        f"`{reference}` is handed over: TLP:AMBER Send the numbers. Owner: Information Commissioner's Office. Due: "
        "Tue 23 Feb 2027.\nIt is theirs to accept; they are told once they may read it.\nYou act as the secretariat.\n"
        "`/lap undo` takes that back while nobody was told."
    )
    assert typed(cast, f"drop {reference} because it was overtaken").text.startswith(f"`{reference}` is dropped")
    steps = [line.partition(": ")[2] for line in typed(cast, f"actions {reference}").text.splitlines()[1:]]
    assert steps == [
        "given to Commission nationale de l'informatique et des libertés, due Tue 23 Feb 2027, by the secretariat",
        "accepted, by fr-cnil",
        "declined, by fr-cnil, because: no staff",
        "handed over to Information Commissioner's Office, by the secretariat",
        "dropped, by the secretariat, because: it was overtaken",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("accept", "Which action? Write its reference, as in `/lap accept K7MPQ2`; `/lap actions` lists them. You "
         "typed: nothing"),
        ("give K7MPQ2", "To whom? Name them after the reference, as in `/lap give K7MPQ2 to fr-cnil`. You typed: "
         "K7MPQ2"),
        ("decline K7MPQ2 as we cannot", "What follows `K7MPQ2`? A reason comes after `because`, as in `/lap decline "
         "K7MPQ2 because TEXT`. You typed: K7MPQ2 as we cannot"),
        ("find", "What are you looking for? Write it after `find`, as in `/lap find call gateways`."),
    ],
)  # fmt: skip
def test_what_is_not_understood_of_an_action_comes_back_with_an_example(cast: Cast, line: str, says: str) -> None:
    assert typed(cast, line, "fr-cnil").text.startswith(says)
