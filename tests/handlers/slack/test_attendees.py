"""Proves the Slack room of a call's list: every form of its verbs, its buttons, forms and refusals, word for word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.participants import Contact, Participant, ParticipantKind, Sector
from handlers.slack.reply import Errors, Reply, fitted
from storage import directory
from tests.cast import Cast
from tests.lists import DAY, GUESTS, arrive, leave, told, with_approved, with_call, with_names
from tests.lists import START as FEBRUARY
from tests.slack_front import press, say, submit, unmended
from tests.workspace.limits import problems_of_view

HEAD = f"“Case updates” (`{DAY}`), Tue 16 Feb 2027, 08:00-09:30 America/New_York (13:00-14:30 UTC)"
BANK = "Harbour Bank (Spam enforcement contact)"
OECD = "Organisation for Economic Co-operation and Development (Liaison)"


def test_admitting_names_everybody_a_line_each_and_who_is_not_with_why(cast: Cast) -> None:
    with_call(cast)
    reply = say(cast, cast.secretary, f"admit harbour-bank, oecd us-fcc to {DAY}")
    reference = reply.text[1:7]
    assert reply.text == (
        f"`{reference}`: admitted to {HEAD}. Nobody is told. Next: `/lap circulate {DAY}`. "
        f"`/lap undo` takes this back.\n• {BANK}: 1 Reports\n• {OECD}: 1 Reports\n"
        "Not admitted:\n• Federal Communications Commission (Point of contact): "
        "an Agency is invited with the call itself, when it is announced"
    )


@pytest.mark.parametrize("line", [
    f"admit harbour-bank meridian-net oecd to {DAY}",
    f"admit to {DAY} harbour-bank meridian-net oecd",
    f"admit Harbour Bank Meridian Net Organisation for Economic Co-operation and Development to {DAY}/1",
    f"admit “Harbour Bank” \"Meridian Net\" oecd to {DAY}/Reports",
    "admit <mailto:abuse-desk@harbour-bank.example|abuse-desk@harbour-bank.example> meridian-net oecd to next",
    f"admit financial institution internet_service_provider oecd {DAY}",
])  # fmt: skip
def test_every_way_to_admit_three(cast: Cast, line: str) -> None:
    with_call(cast)
    assert say(cast, cast.secretary, line).text.count("\n• ") == 3


def test_everybody_as_last_time_is_admitted_in_one_line(cast: Cast) -> None:
    with_approved(cast)
    say(cast, cast.secretary, 'call add 2027-03-16 14:00 Europe/Paris for 60 "March"')
    say(cast, cast.secretary, 'segment add 2027-03-16 joint 30 "Reports"')
    assert say(cast, cast.secretary, f"admit as {DAY} to 2027-03-16").text.count("\n• ") == len(GUESTS)


@pytest.mark.parametrize(("line", "says"), [
    ("admit harbour-bank", "I understood whom, and not which call. Name it after `to`, as in "
     "`/lap admit harbour-bank oecd to 2027-02-16/1`."),
    ("admit nobody to next", "I know nobody called “nobody”. Give a short name, a full name or an e-mail address; "
     "`/lap directory` lists them."),
    ("admit oecd to 2027-02-30", "I know no call “2027-02-30” for you. `/lap calls` lists yours; a call is named by "
     "its date, as in `2027-02-16`."),
    (f"admit oecd to {DAY} 2027-03-16", "One call at a time, with its parts: "
     "`/lap admit harbour-bank oecd to 2027-02-16/1`."),
    (f"admit oecd to {DAY}, {DAY}/1", "One call at a time, with its parts: "
     "`/lap admit harbour-bank oecd to 2027-02-16/1`."),
    (f"admit oecd to {DAY}/7", "Case updates has no part “7” for you. Its parts: 1 Reports, 2 Agencies."),
    ("admit ca to next", "“ca” may mean 3: `ca-cb` (Competition Bureau Canada); `ca-crtc` (Canadian Radio-television "
     "and Telecommunications Commission); `ca-opc` (Office of the Privacy Commissioner of Canada). "
     "Say which, by short name or address."),
    (f"unadmit harbour-bank from {DAY}", f"Of those you named nobody is on the list of Case updates. "
     f"`/lap attendees {DAY}` shows who is."),
    ("unadmit harbour-bank", "I understood whom, and not which call. Name it after `from`, as in "
     "`/lap unadmit harbour-bank from 2027-02-16/1`."),
    (f"unadmit from {DAY}", "I understood the call, and not whom. Name them, as in "
     "`/lap unadmit harbour-bank from 2027-02-16/1`."),
    ("circulate", "Which call? Name it by its date, as in `/lap circulate 2027-02-16 until 2027-02-05 17:00 Paris`."),
    (f"circulate {DAY} until", "Until when? Give date, time and zone after `until`, as in "
     "`/lap circulate 2027-02-16 until 2027-02-05 17:00 Paris`."),
    (f"circulate {DAY} to all", "I understood the call, and not “to all”. One correct form: "
     "`/lap circulate 2027-02-16 until 2027-02-05 17:00 Paris`."),
    (f"approve {DAY} except early go", "Except whom? Name them after that word, as in "
     "`/lap approve 2027-02-16 except harbour-bank`; without it everybody who can be is approved."),
    ("approve", "Which call? Name it by its date, as in `/lap approve 2027-02-16 except harbour-bank`."),
    ("window oecd", "Name the part of the call to keep, as in `/lap window harbour-bank 2027-02-16/3`."),
    ("why", "Who asks? Name the person or the organisation, as in `/lap why harbour-bank`."),
    ('admit "harbour-bank to next', "The quote before “harbour-bank to next” has no end. "
     'Close it: "harbour-bank to next"'),
])  # fmt: skip
def test_what_is_not_understood_comes_back_with_an_example(cast: Cast, line: str, says: str) -> None:
    with_call(cast)
    assert unmended(say(cast, cast.secretary, line)) == says


@pytest.mark.parametrize("verb", ["admit", "unadmit", "circulate", "approve", "window", "why"])
def test_the_verbs_of_the_secretariat_are_its_own(cast: Cast, verb: str) -> None:
    assert say(cast, cast.actor("fr-cnil"), f"{verb} x").text == (
        f"`{verb}` is for the secretariat. `/lap help` shows what is yours."
    )


def test_a_list_is_for_the_secretariat_and_agencies(cast: Cast) -> None:
    assert say(cast, cast.actor("oecd"), "attendees").text == (
        "`attendees` is for the secretariat and Agencies. `/lap help` shows what is yours."
    )


def test_taking_off_says_what_is_closed_and_until_when_it_can_be_taken_back(cast: Cast) -> None:
    with_approved(cast)
    reply = say(cast, cast.secretary, f"unadmit harbour-bank oecd polar-telecom from {DAY}/1")
    assert reply.text == (
        f"`{reply.text[1:7]}`: taken off the list of {HEAD}. "
        "What they lose is closed to them now. 2 people are told in 2 minutes, in the words for every cause; "
        "until then `/lap undo` takes this back as if it had not been. The Agencies read the list's line.\n"
        f"• {BANK}: 1 Reports\n• {OECD}: 1 Reports\nNot on that list: Polar Telecom."
    )


def test_a_dry_run_of_taking_off_changes_nothing(cast: Cast) -> None:
    with_approved(cast)
    before = say(cast, cast.secretary, "attendees").text
    reply = say(cast, cast.secretary, f"unadmit harbour-bank from {DAY} dry-run")
    assert (reply.text, say(cast, cast.secretary, "attendees").text) == (
        f"Nothing was changed. `/lap unadmit` would take names off the list of {HEAD}. "
        "1 person would be told, in the words for every cause, and the Agencies would read the list's line.\n"
        f"• {BANK}: 1 Reports",
        before,
    )


def test_the_secretariat_sees_how_far_each_name_is_and_who_objects(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "oecd")
    reference = say(cast, cast.actor("fr-cnil"), "object harbour-bank").text.split("`")[1]
    say(cast, cast.secretary, f"admit meridian-net to {DAY}")
    assert say(cast, cast.secretary, f"attendees {DAY}").text == (
        f"The list of {HEAD}.\n"
        "Circulated Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC); "
        "the time to object ends Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC).\n"
        "Approved Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC), early, changed since approval.\n"
        "*1 Reports*, 08:00-08:30 America/New_York (13:00-13:30 UTC)\n"
        f"• {BANK}: proposed; Commission nationale de l'informatique et des libertés objects, `{reference}`\n"
        "• Meridian Net (Spam enforcement contact): proposed, not circulated yet\n"
        f"• {OECD}: approved"
    )


def test_an_agency_sees_no_cause_and_a_button_to_object(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank", "oecd")
    say(cast, cast.actor("fr-cnil"), "object harbour-bank")
    reply = say(cast, cast.actor("us-fcc"), "attendees")
    assert (reply.text, [(b.action, b.value) for b in reply.buttons]) == (
        f"The list of {HEAD}.\n"
        "Circulated Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC); "
        "the time to object ends Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC).\n"
        "Approved Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC), changed since approval.\n"
        "*1 Reports*, 08:00-08:30 America/New_York (13:00-13:30 UTC)\n"
        f"• {OECD}: approved",
        [("object", call_id)],
    )


def test_an_empty_list_is_said(cast: Cast) -> None:
    with_names(cast)
    assert say(cast, cast.actor("us-fcc"), "attendees").text == f"Nobody is on the list of {HEAD} that you may see."


def as_in_february(cast: Cast) -> None:
    """Two at a call in February; those and a third on the circulated list of one in April."""
    with_approved(cast, "harbour-bank", "oecd")
    with_names(cast, "harbour-bank", "oecd", "meridian-net", start=FEBRUARY + timedelta(days=63))
    say(cast, cast.secretary, "circulate 2027-04-20 go")


def test_everybody_as_last_time_is_taken_off_in_one_line(cast: Cast) -> None:
    as_in_february(cast)
    answer = say(cast, cast.secretary, f"unadmit as {DAY} from 2027-04-20 dry-run").text
    assert [line for line in answer.split("\n") if line.startswith("•")] == [
        "• Harbour Bank (Spam enforcement contact): 1 Reports",
        "• Organisation for Economic Co-operation and Development (Liaison): 1 Reports",
    ]


def test_everybody_as_last_time_is_left_out_of_an_approval_in_one_line(cast: Cast) -> None:
    as_in_february(cast)
    answer = say(cast, cast.secretary, f"approve 2027-04-20 except as {DAY} early").text
    assert [line for line in answer.split("\n") if line.startswith("•")] == [
        "• Meridian Net (Spam enforcement contact): 1 Reports"
    ]


def with_two_hundred(cast: Cast) -> None:
    """A call with two hundred representatives on its circulated list."""
    with_call(cast)
    new = [
        Participant(
            f"p-{n}", f"firm-{n:03}", ParticipantKind.PRIVATE_SECTOR, f"Firm of consultants number {n:03}", "GB",
            Sector.FINANCIAL_INSTITUTION, "Europe/London",
        )
        for n in range(200)
    ]  # fmt: skip
    with cast.desk.store.begin() as tx:
        directory.insert_participants(tx, new)
        directory.insert_contacts(
            tx, [Contact(f"c-{p.id}", p.id, "Desk", f"desk@{p.short_name}.example", p.zone, frozenset()) for p in new]
        )
    say(cast, cast.secretary, f"admit {' '.join(p.short_name for p in new)} to {DAY}")


def test_with_two_hundred_names_each_look_fits_says_what_to_do_and_the_list_has_them_all(cast: Cast) -> None:
    with_two_hundred(cast)
    round_ = fitted(say(cast, cast.secretary, f"circulate {DAY}").text)
    say(cast, cast.secretary, f"circulate {DAY} go")
    approval = fitted(say(cast, cast.secretary, f"approve {DAY} early").text)
    assert (round_.endswith(f"`/lap circulate {DAY} go`."), approval.endswith(f"`/lap approve {DAY} early go`.")) == (
        True, True,
    )  # fmt: skip
    pages = [say(cast, cast.secretary, f"attendees {DAY} page {n}").text for n in range(1, 8)]
    assert sum(page.count("\n• Firm of") + page.startswith("• Firm of") for page in pages) == 200


def test_with_two_hundred_names_taking_them_off_still_says_what_follows(cast: Cast) -> None:
    with_two_hundred(cast)
    answer = fitted(say(cast, cast.secretary, f"unadmit financial_institution from {DAY}").text)
    assert "They were not approved, so no invitation changes.\n• Firm of" in answer


def test_the_words_for_the_telephone(cast: Cast) -> None:
    with_approved(cast)
    arrive(cast)
    say(cast, cast.secretary, f"unadmit harbour-bank from {DAY}")
    cast.clock.advance(seconds=120)
    arrive(cast)
    assert say(cast, cast.secretary, "why harbour-bank").text == (
        "To say to Spam enforcement contact, harbour-bank, the same for every cause:\n"
        "> Your invitation for Tue 16 Feb 2027 has been withdrawn. Representatives join parts of calls by invitation "
        "(Plan B.3); invitations may change up to the start and during the call, and the secretariat gives no reasons "
        "for single changes. You can still send proposals and reports. Questions: calls@lap.example."
    )


def test_choosing_a_part_says_its_times(cast: Cast) -> None:
    with_approved(cast)
    assert say(cast, cast.secretary, f"window oecd {DAY}/1").text == (
        f"{OECD}: the part of {HEAD} is now 08:00-08:30 America/New_York (13:00-13:30 UTC)."
    )


# --- forms ---


def test_the_form_to_admit_keeps_inside_slacks_limits(cast: Cast) -> None:
    with_call(cast)
    reply = say(cast, cast.secretary, "admit")
    assert reply.modal is not None
    assert list(problems_of_view(dict(reply.modal.view))) == []


def test_the_button_opens_the_same_form_and_sending_it_admits(cast: Cast) -> None:
    call_id = with_call(cast)
    opened = press(cast, cast.secretary, "admit", call_id)
    assert opened.modal is not None
    sent = submit(cast, cast.secretary, "admit", {"who": ["p-oecd", "p-harbour-bank"], "scope": []}, call_id)
    assert isinstance(sent, Reply)
    assert (opened.modal.view["private_metadata"], sent.text.count("\n• ")) == (call_id, 2)


def test_a_form_without_a_name_asks_for_one(cast: Cast) -> None:
    call_id = with_call(cast)
    answer = submit(cast, cast.secretary, "admit", {"who": [], "scope": []}, call_id)
    assert answer == Errors({"who": "Choose at least one."})


# --- sending round ---


def test_a_round_is_looked_at_first_and_leaves_on_the_button(cast: Cast) -> None:
    with_names(cast, "oecd")
    arrive(cast)
    look = say(cast, cast.secretary, f"circulate {DAY} until 2027-01-20 17:00 Paris")
    before = told(leave(cast), "fr-cnil")
    done = press(cast, cast.secretary, "circulate", look.buttons[0].value)
    assert (look.text, before, done.text) == (
        f"Sending round the list of {HEAD} tells 35 people of 33 Agencies these names:\n• {OECD}: 1 Reports\n"
        "The time to object ends Wed 20 Jan 2027, 11:00 America/New_York (16:00 UTC). Silence is no objection.\n"
        "Nothing has left yet. To do it, press the button or send "
        f"`/lap circulate {DAY} until 2027-01-20 17:00 Paris go`.",
        [],
        f"The list of {HEAD} is on its way to 35 people of 33 Agencies:\n• {OECD}: 1 Reports\n"
        "The time to object ends Wed 20 Jan 2027, 11:00 America/New_York (16:00 UTC). "
        f"After that: `/lap approve {DAY}`.",
    )


def test_a_round_that_changed_since_is_shown_again(cast: Cast) -> None:
    with_names(cast, "oecd")
    look = say(cast, cast.secretary, f"circulate {DAY}")
    say(cast, cast.secretary, f"admit harbour-bank to {DAY}")
    again = press(cast, cast.secretary, "circulate", look.buttons[0].value)
    assert again.text.startswith(
        "Since you looked, the names or their parts changed, so nothing was done. As it stands now:\n"
    )


def test_a_window_that_ends_after_the_call_begins_is_pointed_out(cast: Cast) -> None:
    with_names(cast, "oecd")
    look = say(cast, cast.secretary, f"circulate {DAY} until 2027-03-01 17:00 Paris")
    assert " That is after the call begins: `until` names an earlier end." in look.text


def test_approving_is_looked_at_first_with_a_second_button_to_choose(cast: Cast) -> None:
    with_names(cast, "harbour-bank", "oecd")
    say(cast, cast.secretary, f"circulate {DAY} go")
    look = say(cast, cast.secretary, f"approve {DAY} except oecd early")
    done = press(cast, cast.secretary, "approve", look.buttons[0].value)
    assert (look.text, [b.action for b in look.buttons], done.text) == (
        f"Approving the list of {HEAD} invites 1 person at once, each to their own part:\n• {BANK}: 1 Reports\n"
        f"Not approved now: {OECD} for 1 Reports.\n"
        "The time to object runs until Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC): this is early, "
        "which is recorded.\n"
        f"Nothing has left yet. To do it, press the button or send `/lap approve {DAY} except oecd early go`.",
        ["approve", "approve.choose"],
        f"Approved for {HEAD}, and invited at once, 1 person:\n• {BANK}: 1 Reports\n"
        f"Not approved now: {OECD} for 1 Reports.\n"
        "The time to object runs until Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC): this is early, "
        "which is recorded.",
    )


def test_approving_before_the_end_asks_for_early(cast: Cast) -> None:
    with_names(cast, "oecd")
    say(cast, cast.secretary, f"circulate {DAY} go")
    assert say(cast, cast.secretary, f"approve {DAY} go").text == (
        "The Agencies may object until Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC). "
        f"To approve before that, send the same line with `early` at its end, as in `/lap approve {DAY} early`; "
        "that it was early is recorded."
    )


def test_the_form_to_approve_has_everybody_chosen_and_approves_exactly_those_left(cast: Cast) -> None:
    call_id = with_names(cast)
    say(cast, cast.secretary, f"circulate {DAY} go")
    opened = press(cast, cast.secretary, "approve.choose", call_id)
    assert opened.modal is not None
    who = next(b for b in opened.modal.view["blocks"] if b.get("block_id") == "who")["element"]
    chosen = [o["value"] for o in who["initial_options"]]
    sent = submit(cast, cast.secretary, "approve", {"who": chosen[:1], "early": ["early"]}, shown(opened))
    assert isinstance(sent, Reply)
    assert (len(chosen), list(problems_of_view(dict(opened.modal.view))), sent.text.count("\n• ")) == (3, [], 1)


def shown(form: Reply) -> str:
    """What a form carries of the call and the moment at which it was shown."""
    assert form.modal is not None
    return str(form.modal.view["private_metadata"])


def test_the_form_asks_for_early_where_it_is(cast: Cast) -> None:
    call_id = with_names(cast, "oecd")
    say(cast, cast.secretary, f"circulate {DAY} go")
    form = press(cast, cast.secretary, "approve.choose", call_id)
    given = {"who": ["c-liaison@oecd.example"], "early": []}
    answer = submit(cast, cast.secretary, "approve", given, shown(form))
    assert answer == Errors(
        {
            "early": "The Agencies may still object, or were told too late to. Tick the box to approve early, or wait "
            "for the end."
        }
    )


def test_names_are_shown_inert(cast: Cast) -> None:
    with_call(cast)
    bank = cast.actor("harbour-bank").contact
    with cast.desk.store.begin() as tx:
        directory.update_contact(tx, replace(bank, name="<!channel> & Co"))
    say(cast, cast.secretary, f"admit harbour-bank to {DAY}")
    shown = say(cast, cast.secretary, "attendees").text
    assert "Harbour Bank (&lt;!channel&gt; &amp; Co): proposed" in shown


def test_the_rest_of_a_long_list_is_on_its_next_page(cast: Cast) -> None:
    with_call(cast)
    for n in range(11):
        say(cast, cast.secretary, f'segment add {DAY} joint 5 "{n} Trends" go')
    say(cast, cast.secretary, f"admit {' '.join(GUESTS)} to {DAY}")
    first = say(cast, cast.secretary, f"attendees {DAY}")
    assert first.text.endswith(f"\n… the rest: `/lap attendees {DAY} page 2`")
    second = say(cast, cast.secretary, f"attendees {DAY} page 2").text
    names = [line for text in (first.text, second) for line in text.split("\n") if line.startswith("• ")]
    assert len(names) == 12 * len(GUESTS)
