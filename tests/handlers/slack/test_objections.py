"""Proves the Slack room of objections: every form of its verbs, the form, the buttons, its refusals word for word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.slack.reply import Errors, Reply
from storage import directory
from tests.cast import Cast
from tests.lists import DAY, START, arrive, leave, told, with_approved, with_call, with_names
from tests.slack_front import press, say, submit, unmended
from tests.workspace.limits import problems_of_view

PARIS = f"“Case updates” (`{DAY}`), Tue 16 Feb 2027, 14:00-15:30 Europe/Paris (13:00-14:30 UTC)"
CNIL = "Commission nationale de l'informatique et des libertés"
SECRET = "Nobody but that Agency and the secretariat learns of it. Its point of contact gets a record by mail."
LATER = (
    "Whoever loses a part is told in 2 minutes, without a cause. Until then `/lap undo` takes it back as if it had "
    "not been; `/lap withdraw {reference}` ends it at any time."
)


def object_(cast: Cast, line: str) -> Reply:
    return say(cast, cast.actor("fr-cnil"), line)


def reference_of(reply: Reply) -> str:
    return reply.text.split("`")[1]


def test_an_objection_to_a_part_is_in_effect_and_says_for_whom_what_and_how_to_end_it(cast: Cast) -> None:
    with_approved(cast)
    reply = object_(cast, f"object harbour-bank to {DAY}/1")
    reference = reference_of(reply)
    assert reply.text == (
        f"For {CNIL}: the objection `{reference}` to Harbour Bank is in effect.\n"
        f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}\n{SECRET}\n" + LATER.format(reference=reference)
    )


@pytest.mark.parametrize(("line", "scope"), [
    ("object harbour-bank", f"• the whole of {PARIS}"),
    (f"object Harbour Bank to {DAY}", f"• the whole of {PARIS}"),
    (f"object to {DAY}/Reports harbour-bank", f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}"),
    (f"object harbour-bank to {DAY}/1 {DAY}/2", f"• the whole of {PARIS}"),
    (f"object harbour-bank to {DAY}, {DAY}/1", f"• the whole of {PARIS}"),
    (f"object harbour-bank to {DAY}/1 {DAY}", f"• the whole of {PARIS}"),
    ("object abuse-desk@harbour-bank.example to next", f"• the whole of {PARIS}"),
    ("object standing harbour-bank", "• every call that has not ended, and every later one"),
    ("object harbour-bank to standing", "• every call that has not ended, and every later one"),
    (
        "object harbour-bank standing until 30 Jun 2027 for fr-cnil",
        "• every call that has not ended, and every later one, "
        "until Thu 1 Jul 2027, 00:00 Europe/Paris (Wed 30 Jun 2027, 22:00 UTC)",
    ),
])  # fmt: skip
def test_every_way_to_say_what_is_objected_to(cast: Cast, line: str, scope: str) -> None:
    with_approved(cast)
    lines = object_(cast, line).text.split("\n")
    assert (lines[0].partition(" to ")[2], lines[1]) == ("Harbour Bank is in effect.", scope)


def test_an_objection_shortly_before_the_call_says_that_it_is_told_at_once(cast: Cast) -> None:
    with_approved(cast)
    cast.clock.at = START - timedelta(minutes=10)
    reply = object_(cast, "object harbour-bank")
    assert reply.text.split("\n")[-1] == (
        "It begins soon or is running, so whoever loses a part is told at once, without a cause; "
        f"`/lap withdraw {reference_of(reply)}` ends it at any time."
    )


def test_an_answer_does_not_tell_whether_somebody_was_admitted(cast: Cast) -> None:
    with_names(cast, "oecd")
    admitted, absent = (object_(cast, f"object {who}").text for who in ("oecd", "itu"))
    same = [
        text.replace(reference, "").replace(name, "")
        for text, reference, name in (
            (admitted, admitted.split("`")[1], "Organisation for Economic Co-operation and Development"),
            (absent, absent.split("`")[1], "International Telecommunication Union"),
        )
    ]
    assert same[0] == same[1]


def test_twice_the_same_is_answered_with_what_stands(cast: Cast) -> None:
    with_approved(cast)
    reference = reference_of(object_(cast, "object harbour-bank"))
    assert object_(cast, "object harbour-bank").text == (
        f"For {CNIL}: the objection `{reference}` to Harbour Bank stands already.\n• the whole of {PARIS}\n"
        f"`/lap withdraw {reference}` ends it at any time."
    )


def test_the_secretariat_names_the_agency_and_the_answer_names_the_hat(cast: Cast) -> None:
    with_approved(cast)
    first = say(cast, cast.secretary, f"object harbour-bank to {DAY}/1 for us-fcc").text.split("\n")[0]
    assert first.startswith("For Federal Communications Commission: the objection `")


def test_a_dry_run_says_who_would_lose_what_and_changes_nothing(cast: Cast) -> None:
    with_approved(cast)
    reply = object_(cast, f"object harbour-bank to {DAY}/1 dry-run")
    assert (reply.text, object_(cast, "objections").text) == (
        f"Nothing was changed. For {CNIL}: an objection to Harbour Bank would reach\n"
        f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}\n"
        f"Off the list of {PARIS} would come:\n"
        "• Harbour Bank (Spam enforcement contact): 1 Reports\n"
        "1 person would be told, without a cause. 35 people of the Agencies would read that the list has changed.\n"
        "Your points of contact and the secretariat would get a record by mail.",
        "No objection stands that you may know of.",
    )


@pytest.mark.parametrize(("line", "says"), [
    (f"object harbour-bank standing to {DAY}", "An objection is to a call or parts of it, or standing. Say one of the "
     "two, as in `/lap object harbour-bank to 2027-02-16/1`."),
    ("object harbour-bank until 2027-12-31", "Only a standing objection has an end. Leave `until` out, or say "
     "`standing until 2027-12-31`."),
    ("object harbour-bank standing until", "Until which date? Say it after `until`, as in "
     "`/lap object harbour-bank standing until 2027-12-31`."),
    ("object harbour-bank standing until 10/11/2027", "“10/11/2027” can mean 10 November 2027 or 11 October 2027. "
     "Write 2027-11-10 or 2027-10-11."),
    ("object dry-run", "A dry run needs a name: `/lap object harbour-bank to 2027-02-16/1 dry-run`. "
     "Without one, `/lap object` opens a form."),
    ("object nobody", "I know nobody called “nobody”. Give a short name, a full name or an e-mail address; "
     "`/lap directory` lists them."),
    ("object harbour-bank for nobody", "I know nobody called “nobody”. Give a short name, a full name or an e-mail "
     "address; `/lap directory` lists them."),
    ("object harbour-bank to 2028-01-01", "I know no call “2028-01-01” for you. `/lap calls` lists yours; a call is "
     "named by its date, as in `2027-02-16`."),
    (f"object harbour-bank to {DAY}/9", "Case updates has no part “9” for you. Its parts: 1 Reports, 2 Agencies."),
    ("withdraw", "Which one? Give its reference, as in `/lap withdraw K7M2QX`. `/lap objections` lists them."),
    ("withdraw zzz2zz", "I know no objection “ZZZ2ZZ” of yours. `/lap objections` lists them."),
])  # fmt: skip
def test_what_is_not_understood_comes_back_with_an_example(cast: Cast, line: str, says: str) -> None:
    with_call(cast)
    assert unmended(object_(cast, line)) == says


def test_two_who_may_be_meant_are_two_buttons_and_the_button_does_the_line(cast: Cast) -> None:
    with_approved(cast)
    bank = cast.actor("harbour-bank").participant
    with cast.desk.store.begin() as tx:
        directory.insert_participants(tx, [replace(bank, id="p-pilots", short_name="pilots", name="Harbour Pilots")])
    asked = object_(cast, f"object harbour to {DAY}/1 for fr-cnil")
    pressed = press(cast, cast.actor("fr-cnil"), "object", asked.buttons[1].value)
    assert (asked.text, [b.label for b in asked.buttons], pressed.text.split("\n")[:2]) == (
        "“harbour” may mean Harbour Bank, Harbour Pilots. Nothing was done yet: press whom you mean.",
        ["Harbour Bank", "Harbour Pilots"],
        [
            f"For {CNIL}: the objection `{reference_of(pressed)}` to Harbour Pilots is in effect.",
            f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}",
        ],
    )


def test_two_people_of_one_name_are_told_apart_by_their_organisations(cast: Cast) -> None:
    with_approved(cast)
    bank, oecd = cast.actor("harbour-bank").contact, cast.actor("oecd").contact
    kims = [
        replace(c, id=e, name="Kim Lee", email=e) for c, e in ((bank, "kim@bank.example"), (oecd, "kim@oecd.example"))
    ]
    with cast.desk.store.begin() as tx:
        directory.insert_contacts(tx, kims)
    asked = object_(cast, f"object kim lee to {DAY}/1 for fr-cnil")
    pressed = press(cast, cast.actor("fr-cnil"), "object", asked.buttons[1].value)
    assert (asked.text, [b.label for b in asked.buttons]) == (
        "“kim lee” may mean Kim Lee (harbour-bank), Kim Lee (oecd). Nothing was done yet: press whom you mean.",
        ["Kim Lee (harbour-bank)", "Kim Lee (oecd)"],
    )
    assert reference_of(pressed) in object_(cast, "objections").text


def test_agencies_are_no_candidates_for_an_objection(cast: Cast) -> None:
    with_approved(cast)
    asked = object_(cast, "object na standing until 2027-12-31")
    assert (asked.text, [b.label for b in asked.buttons], object_(cast, "objections").text) == (
        "“na” may mean Name Registrar. Nothing was done yet: press whom you mean.",
        ["Name Registrar"],
        "No objection stands that you may know of.",
    )


def test_guests_are_told_whose_verb_it_is(cast: Cast) -> None:
    assert say(cast, cast.actor("oecd"), "object harbour-bank").text == (
        "`object` is for Agencies. `/lap help` shows what is yours."
    )


# --- listed and withdrawn ---


def test_an_agency_reads_its_own_objections_with_a_button_each(cast: Cast) -> None:
    with_approved(cast)
    reference = reference_of(object_(cast, f"object harbour-bank to {DAY}/1"))
    reply = object_(cast, "objections")
    assert (reply.text, [(b.action, b.value) for b in reply.buttons]) == (
        f"The objections of {CNIL} that stand:\n"
        f"*`{reference}`* to Harbour Bank, since Mon 4 Jan 2027, 10:00 Europe/Paris (09:00 UTC)\n"
        f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}\n"
        "To end one: `/lap withdraw` and its reference.",
        [("withdraw", reference)],
    )


@pytest.mark.parametrize("by_button", [True, False])
def test_withdrawing_says_that_nobody_is_invited_by_it(cast: Cast, by_button: bool) -> None:
    with_approved(cast)
    reference = reference_of(object_(cast, f"object harbour-bank to {DAY}/1"))
    reply = (
        press(cast, cast.actor("fr-cnil"), "withdraw", reference)
        if by_button
        else object_(cast, f"withdraw {reference.lower()}")
    )
    assert reply.text == (
        f"For {CNIL}: the objection `{reference}` to Harbour Bank is withdrawn.\n"
        f"• 1 Reports, 14:00 Europe/Paris (13:00 UTC) of {PARIS}\n"
        "They are back at “proposed”: nobody is invited by this. The secretariat approves, or not."
    )


# --- the form ---


def test_without_a_name_a_form_opens_with_the_only_place_for_a_reason(cast: Cast) -> None:
    call_id = with_approved(cast)
    reply = object_(cast, f"object to {DAY}/1")
    assert reply.modal is not None
    view = dict(reply.modal.view)
    first = [
        o["value"] for b in view["blocks"] if b.get("block_id") == "scope" for o in b["element"]["initial_options"]
    ]
    assert (
        [b["block_id"] for b in view["blocks"] if b["type"] == "input"],
        view["private_metadata"],
        len(first),
        list(problems_of_view(view)),
    ) == (["who", "scope", "until", "reason"], call_id, 1, [])


def test_the_secretariats_form_asks_for_the_agency(cast: Cast) -> None:
    with_approved(cast)
    forms = [say(cast, cast.secretary, line).modal for line in ("object", "object for us-fcc")]
    asked = [next(b for b in form.view["blocks"] if b.get("block_id") == "for")["element"] for form in forms if form]
    assert [(len(e["options"]), e.get("initial_option", {}).get("value")) for e in asked] == [
        (33, None),
        (1, "p-us-fcc"),
    ]


def test_a_circulated_lists_button_opens_the_form_for_its_call(cast: Cast) -> None:
    call_id = with_approved(cast)
    reply = press(cast, cast.actor("fr-cnil"), "object", call_id)
    assert reply.modal is not None
    assert reply.modal.view["private_metadata"] == call_id


def test_a_form_sent_in_objects_with_its_reason(cast: Cast) -> None:
    call_id = with_approved(cast)
    arrive(cast)
    given = {"who": "p-harbour-bank", "scope": ["call"], "until": "", "reason": "A case is open."}
    sent = submit(cast, cast.actor("fr-cnil"), "object", given, call_id)
    cast.clock.advance(seconds=120)
    assert isinstance(sent, Reply)
    assert (sent.text.split("\n")[1], "; reason: A case is open." in object_(cast, "objections").text) == (
        f"• the whole of {PARIS}",
        True,
    )
    assert told(leave(cast), "harbour-bank") == ["Your invitation for Tue 16 Feb 2027 has been withdrawn."]


@pytest.mark.parametrize(("given", "errors"), [
    ({"who": "", "scope": ["call"]}, {"who": "Choose whom."}),
    (
        {"who": "p-oecd", "scope": ["call", "standing"]},
        {"scope": "Choose the whole call, or parts of it, or every call: one of the three."},
    ),
    (
        {"who": "p-oecd", "scope": ["call"], "until": "2027-12-31"},
        {"until": "Only an objection to every call has an end. Empty this, or choose every call."},
    ),
    (
        {"who": "p-oecd", "scope": ["standing"], "until": "soon"},
        {"until": "Choose a day, or empty this."},
    ),
])  # fmt: skip
def test_a_form_that_contradicts_itself_says_where(
    cast: Cast, given: dict[str, object], errors: dict[str, str]
) -> None:
    call_id = with_approved(cast)
    assert submit(cast, cast.actor("fr-cnil"), "object", given, call_id) == Errors(errors)


def test_the_same_press_twice_acts_once(cast: Cast) -> None:
    call_id = with_approved(cast)
    given = {"who": "p-harbour-bank", "scope": ["call"]}
    first = submit(cast, cast.actor("fr-cnil"), "object", given, call_id, trigger="T1")
    submit(cast, cast.actor("fr-cnil"), "object", given, call_id, trigger="T1")
    assert isinstance(first, Reply)
    assert object_(cast, "objections").text.count("*`") == 1
