"""Proxies on a real database: brought to one call, invited to it and to nothing else; a guest's by way of the list."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.attendees import neutral_words
from bot.errors import NotEntitled, NotFound
from bot.notices import Notice
from bot.participants import Contact, ParticipantKind, reader_of
from bot.proxies import read_bring
from handlers.actions import show_action
from handlers.calls import list_calls, show_call
from handlers.contacts import remove_contact
from handlers.delivery import deliver_all
from handlers.desk import Actor
from handlers.directory import read_directory
from handlers.erasing import erase_subject
from handlers.kinds import KINDS
from handlers.live import end_call, start_call
from handlers.minutes import send_minutes
from handlers.proxies import bring_proxy, list_brought
from handlers.retention import sweep
from handlers.roster import export_roster, import_roster
from handlers.sending import NotTaken
from handlers.slack.asked import PROXIES
from handlers.slack.rooms import ROOMS
from storage import directory, invitations, proxies
from storage.outbox import Errand
from storage.tables import Door
from tests.cast import Cast
from tests.lists import DAY, START, Sent, arrive, leave, with_approved, with_call
from tests.remembered import remembered
from tests.slack_front import press, say, unmended
from tests.statements import heard

LATER = START + timedelta(days=28)
LATER_DAY = f"{LATER:%Y-%m-%d}"
BRING = f'bring jane@fr-cnil.example "Jane Doe" to {DAY}'
BANKS = f'bring jane@harbour-bank.example "Jane Doe" to {DAY}'
JANE = "jane@fr-cnil.example"
REFERENCE = re.compile(r"`([0-9A-HJKMNP-TV-Z]{6})`")


@remembered
def two_calls(cast: Cast) -> None:
    with_call(cast)
    with_call(cast, LATER)
    said = say(cast, cast.actor("fr-cnil"), BRING).text
    assert said.startswith("Jane Doe, jane@fr-cnil.example, comes to Case updates as a proxy of"), said


@remembered
def all_invited(cast: Cast) -> None:
    two_calls(cast)
    leave(cast)


def brought(cast: Cast) -> Actor:
    """Jane, whom the CNIL brings to the first of two calls."""
    two_calls(cast)
    return cast.by_email(JANE)


def invited(cast: Cast) -> Actor:
    """The same, once everybody has their invitation."""
    all_invited(cast)
    return cast.by_email(JANE)


def to(sent: list[Sent], email: str) -> list[tuple[str, str]]:
    return [(s.kind, s.notice.subject) for s in sent if (s.email, s.door) == (email, Door.MAIL)]


def calls_of(cast: Cast, actor: Actor) -> list[str]:
    return [c.view.name for c in list_calls(cast.desk, actor)]


def of(cast: Cast, email: str) -> list[tuple[datetime, datetime, bool]]:
    """The copies that somebody holds: start, end, cancelled."""
    with cast.desk.store.read() as tx:
        known = directory.contact_by_email(tx, email)
        copies = invitations.of_person(tx, known[0].id) if known else []
    return [(c.start, c.end, c.cancelled) for c in copies]


def test_an_agencys_proxy_is_invited_at_once_to_that_call_alone_behind_a_first_mail(cast: Cast) -> None:
    brought(cast)
    sent = leave(cast)
    assert to(sent, JANE) == [
        ("welcome", "Who writes to you, and why: the calls of the London Action Plan"),
        ("invitation", "Invitation: Case updates, Tue 16 Feb 2027, 14:00 Europe/Paris (13:00 UTC)"),
    ]
    first = next(s for s in sent if s.email == JANE).notice.paragraphs[0]
    assert "brings you to one of its conference calls, in the place of" in first
    assert of(cast, JANE) == [(START, START + timedelta(minutes=90), False)]
    told = [s for s in sent if s.kind == "proxy.brought"]
    assert {s.email for s in told} == {"secretariat@us-ftc.example", "secretariat@gb-oft.example"}
    assert "`/lap contact remove jane@fr-cnil.example` ends it." in told[0].notice.paragraphs[0]


def test_a_proxy_reads_its_call_and_of_no_other_that_there_is_one(cast: Cast) -> None:
    jane = invited(cast)
    assert calls_of(cast, jane) == [DAY]
    assert show_call(cast.desk, jane, DAY)
    with pytest.raises(NotFound) as hidden:
        show_call(cast.desk, jane, LATER_DAY)
    with pytest.raises(NotFound) as absent:
        show_call(cast.desk, jane, "2027-03-17")
    assert hidden.value.says.replace(LATER_DAY, "DAY") == absent.value.says.replace("2027-03-17", "DAY")
    assert {o.short_name for o in read_directory(cast.desk, jane)} == {"gb-oft", "us-ftc"}


def test_a_proxy_answers_for_itself_and_does_nothing_in_the_name_of_its_agency(cast: Cast) -> None:
    jane = invited(cast)
    assert say(cast, jane, "yes").text.startswith("You are expected at Case updates")
    refused = (
        "`{verb}` is for the contacts of Commission nationale de l'informatique et des libertés, and you stand in for "
        "it at one call: ask one of them. `/lap help` shows what is yours."
    )
    for line in (
        f'propose {DAY} A.3.a 10 "Fraud"',
        "contact remove spam-enforcement@fr-cnil.example",
        'bring joe@fr-cnil.example "Joe" to next',
        "object harbour-bank to next dry-run",
        "done K7MPQ2",
        "start",
    ):
        assert unmended(say(cast, jane, line)) == refused.format(verb=line.split()[0]), line
    assert say(cast, jane, "approve next").text == "`approve` is for the secretariat. `/lap help` shows what is yours."
    assert say(cast, jane, "").text
    with pytest.raises(NotEntitled, match="You stand in for Commission nationale"):
        remove_contact(cast.desk, jane, "spam-enforcement@fr-cnil.example")


def test_everything_that_help_lists_to_a_proxy_is_open_to_it(cast: Cast) -> None:
    jane = invited(cast)
    for verb in sorted(PROXIES & set(ROOMS.verbs)):
        assert "is for the contacts of" not in say(cast, jane, verb).text, verb


def test_a_proxy_follows_its_call_when_it_moves_and_when_it_is_cancelled(cast: Cast) -> None:
    invited(cast)
    say(cast, cast.secretary, f"call move {DAY} to 2027-02-17 15:00 UTC go")
    cast.clock.advance(minutes=5)
    assert [s for _, s in to(leave(cast), JANE)] == [
        "New time: Case updates, Wed 17 Feb 2027, 16:00 Europe/Paris (15:00 UTC)"
    ]
    say(cast, cast.secretary, "call cancel 2027-02-17 because of the strike go")
    cast.clock.advance(minutes=5)
    assert [s[:9] for _, s in to(leave(cast), JANE)] == ["Cancelled"]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ('bring jane@fr-cnil.example "Jane" to 2031-01-01', "I know no call “2031-01-01” for you."),
        ('bring spam-enforcement@fr-cnil.example "Jane" to next', "is a contact of Commission nationale"),
        ('bring jane@harbour-bank.example "Jane" to next', "is at harbour-bank.example, the address of Harbour Bank."),
        ('bring jane "Jane" to next', "Whom do you bring? Give one e-mail address and a name"),
        ("bring jane@fr-cnil.example to next", "Whose address is jane@fr-cnil.example?"),
        ('bring jane@fr-cnil.example "Jane"', "To which call? Name it at the end"),
        (f'bring jane@fr-cnil.example "{"J" * 201}" to next', "That name has 201 characters, and 200 fit."),
        ('bring jane@fr-cnil.example "Jane" to next for nz-dia', "and bring people of Commission nationale"),
    ],
)
def test_what_cannot_be_brought_is_told_with_what_can(cast: Cast, line: str, says: str) -> None:
    with_call(cast)
    assert says in say(cast, cast.actor("fr-cnil"), line).text


def test_nobody_is_brought_to_a_call_that_is_over_to_a_draft_or_to_two(cast: Cast) -> None:
    brought(cast)
    cnil = cast.actor("fr-cnil")
    assert say(cast, cnil, BRING).text == (
        "Jane Doe, jane@fr-cnil.example, is brought to that call already. "
        "`/lap contact remove jane@fr-cnil.example` ends it."
    )
    assert "is brought to another call that is not over" in say(cast, cnil, BRING.replace(DAY, LATER_DAY)).text
    cast.clock.at = START + timedelta(days=2)
    assert say(cast, cnil, BRING).text.startswith(f"“Case updates” of {DAY} is over, so nobody can be brought to it.")
    assert say(cast, cnil, BRING.replace(DAY, LATER_DAY)).text.startswith("Jane Doe")
    assert calls_of(cast, cast.by_email(JANE)) == [LATER_DAY]


def test_the_secretariat_brings_one_for_an_agency_to_what_that_agency_hears(cast: Cast) -> None:
    with_call(cast)
    say(cast, cast.secretary, f'segment add {DAY} agencies 20 "Strategy" only us-fcc us-ftc go')
    said = say(cast, cast.secretary, f"{BRING} for fr-cnil").text
    assert "for Tue 16 Feb 2027, 08:00-09:10 America/New_York (13:00-14:10 UTC)" in said
    deliver = leave(cast)
    assert of(cast, JANE) == [(START, START + timedelta(minutes=70), False)]
    assert [k for k, _ in to(deliver, JANE)] == ["welcome", "invitation"]


def test_an_agency_brings_so_many_and_no_more(cast: Cast) -> None:
    with_call(cast)
    cnil = cast.actor("fr-cnil")
    for name in ("a", "b", "c"):
        say(cast, cnil, BRING.replace("jane@", f"{name}@"))
    assert "brings 3 people to that call already" in say(cast, cnil, BRING).text


def test_a_proxy_is_no_contact_in_any_list_and_leaves_no_agency_without_one(cast: Cast) -> None:
    brought(cast)
    assert "jane" not in say(cast, cast.secretary, "directory fr-cnil").text
    assert "jane" not in say(cast, cast.actor("nz-dia"), "directory jane").text.replace("“jane”", "")
    assert "I know nobody called" in say(cast, cast.actor("nz-dia"), f"object {JANE} to {DAY}").text
    said = say(cast, cast.actor("fr-cnil"), "contact remove spam-enforcement@fr-cnil.example").text
    assert said.startswith("Nobody of Commission nationale")


def test_a_proxy_that_is_removed_is_taken_out_of_its_calendar_at_once(cast: Cast) -> None:
    invited(cast)
    assert say(cast, cast.actor("fr-cnil"), f"contact remove {JANE}").text.endswith("This is in effect now.")
    assert [s[:9] for _, s in to(leave(cast), JANE)] == ["Withdrawn"]


def test_bringing_is_taken_back_only_before_the_invitation_has_left(cast: Cast) -> None:
    brought(cast)
    cnil = cast.actor("fr-cnil")
    assert "is not brought to that call. Nothing had left." in say(cast, cnil, "undo go").text
    assert to(leave(cast), JANE) == []
    say(cast, cnil, BRING)
    leave(cast)
    assert "has left, so it is not taken back in silence" in say(cast, cnil, "undo go").text


def test_bringing_is_not_taken_back_once_the_first_mail_has_left_or_the_name_was_sent_round(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)

    def by_mail(notice: Notice, errand: Errand, contact: Contact, dated: datetime) -> None:
        if errand.kind != "welcome":
            raise NotTaken("later", wait=600.0)

    say(cast, cast.actor("fr-cnil"), BRING)
    deliver_all(replace(cast.desk, send={Door.MAIL: by_mail}), KINDS)
    say(cast, cast.secretary, f"{BANKS} for harbour-bank")
    say(cast, cast.secretary, f"circulate {DAY} go")
    for actor in (cast.actor("fr-cnil"), cast.secretary):
        assert "so it is not taken back in silence" in say(cast, actor, "undo go").text
    assert None not in [cast.by_email(one).reader.only_call for one in (JANE, BANKS_JANE)]


def test_the_secretariat_makes_a_contact_that_stays_of_a_proxy(cast: Cast) -> None:
    invited(cast)
    say(cast, cast.secretary, f'contact add {JANE} "Jane Doe" for fr-cnil')
    assert calls_of(cast, cast.by_email(JANE)) == [DAY, LATER_DAY]
    assert len(of(cast, JANE)) == 1
    assert [k for k, _ in to(leave(cast), JANE)] == ["invitation"]


def test_bring_alone_lists_whom_one_brings_and_for_the_secretariat_everybody(cast: Cast) -> None:
    brought(cast)
    approve = (f"admit harbour-bank to {DAY}", f"circulate {DAY} go", f"approve {DAY} early go")
    assert [say(cast, cast.secretary, line).text for line in approve]
    say(cast, cast.actor("harbour-bank"), BANKS)
    jane = f"• Jane Doe, {JANE}, for `fr-cnil` to Case updates (`{DAY}`)"
    bank = f"• Jane Doe, {BANKS_JANE}, for `harbour-bank` to {{title}} (`{DAY}`): {{waits}}"
    line = f'bring {BANKS_JANE} "Jane Doe" to {DAY} for harbour-bank'
    end = "`/lap contact remove EMAIL` ends one."
    own = bank.format(title="Reports", waits="the secretariat has yet to confirm it")
    seats = bank.format(title="Case updates", waits=f"to be confirmed, by `/lap {line}`")
    assert say(cast, cast.actor("fr-cnil"), "bring").text.splitlines() == [jane, end]
    assert say(cast, cast.actor("harbour-bank"), "bring").text.splitlines() == [own, end]
    assert say(cast, cast.secretary, "bring").text.splitlines() == [jane, seats, end]
    assert say(cast, cast.actor("nz-dia"), "bring").text.startswith("Nobody is brought to a call that lies ahead.")
    assert list_brought(cast.desk, cast.by_email(JANE)) == ()
    assert say(cast, cast.secretary, line).text.startswith("Jane Doe")


def test_a_proxy_is_offered_no_line_of_the_minutes_to_put_right_itself(cast: Cast) -> None:
    jane = invited(cast)
    cast.clock.at = START
    lines = (f"start {DAY}", "note Cases go on", "end", f"minutes send {DAY} go")
    assert [say(cast, cast.secretary, line).text for line in lines]
    told = [s.notice.closing for s in leave(cast) if s.email == JANE and s.notice.subject.startswith("Draft minutes")]
    (closing,) = told
    assert closing[0].startswith("To put a line right, tell a contact of Commission nationale de l'informatique")
    shown = [say(cast, who, f"minutes {DAY}").text for who in (jane, cast.actor("fr-cnil"))]
    assert ["Cases go on" in text for text in shown] == [True, True]
    assert ["/lap correct" in text for text in shown] == [False, True]


def test_a_proxy_is_told_what_it_is_and_what_it_can_type(cast: Cast) -> None:
    jane = brought(cast)
    assert say(cast, jane, "whoami").text.splitlines()[:2] == [
        "You are Jane Doe, jane@fr-cnil.example, a proxy for one call of Commission nationale de l'informatique et des "
        "libertés (`fr-cnil`).",
        "You read, answer and join that call, and know of no other; `/lap help` shows what you can type.",
    ]
    assert say(cast, jane, "help object").text.endswith(
        "It is not for a proxy: ask a contact of the organisation that brings you."
    )
    assert "`from`" not in say(cast, jane, "help regrets").text
    for own in ("q+", "present+", "call"):
        assert "not for a proxy" not in say(cast, jane, f"help {own}").text
    assert "List:" not in say(cast, jane, f"call {DAY}").text
    assert say(cast, jane, f"agenda {DAY}").buttons == ()
    offered = say(cast, jane, "help").text
    assert [word in offered for word in ("`q+", "`minutes", "`object", "`propose", "`contact")] == [
        True, True, False, False, False,
    ]  # fmt: skip


def test_other_agencies_read_of_a_proxy_that_its_agency_waits_or_owes_something_and_no_name(cast: Cast) -> None:
    jane = brought(cast)
    leave(cast)
    cast.clock.at = START
    start_call(cast.desk, cast.secretary, None)
    say(cast, jane, "q+")
    given = say(cast, cast.secretary, f"action {JANE} by +7d Keep the logs").text
    found = REFERENCE.search(given)
    assert found is not None
    queues = [say(cast, one, "queue").text for one in (cast.actor("nz-dia"), cast.actor("fr-cnil"), cast.secretary)]
    assert ["Jane" in queue for queue in queues] == [False, True, True]
    assert queues[0].endswith(": 1. fr-cnil.")
    end_call(cast.desk, cast.secretary)
    send_minutes(cast.desk, cast.secretary, DAY)
    action = show_action(cast.desk, cast.actor("nz-dia"), found[1]).action
    assert (action.owner, action.task) == (cast.actor("fr-cnil").participant.name, "Keep the logs")


def test_a_proxy_is_no_scribe_and_leaves_with_its_agency(cast: Cast) -> None:
    invited(cast)
    assert "stands in at this call alone" in say(cast, cast.secretary, f"scribe {DAY} {JANE}").text
    say(cast, cast.secretary, "participant leave fr-cnil")
    assert [s[:9] for _, s in to(leave(cast), JANE)] == ["Withdrawn"]


def test_a_roster_that_names_a_proxy_makes_a_contact_of_it_and_an_export_has_none(cast: Cast) -> None:
    with_call(cast)
    bring_proxy(cast.desk, cast.actor("fr-cnil"), read_bring(BRING.removeprefix("bring ")))
    out = export_roster(cast.desk, cast.secretary)
    assert "jane@" not in out.contacts
    line = next(x for x in out.contacts.splitlines() if x.startswith("fr-cnil,"))
    jane = line.replace("spam-enforcement@", "jane@").replace("primary_contact", "point_of_contact")
    again = f"{out.contacts}{jane}\n"
    done = import_roster(cast.desk, cast.secretary, out.participants.encode(), again.encode())
    assert (JANE in done.contacts_changed, JANE in done.contacts_added) == (True, False)
    assert cast.by_email(JANE).reader.only_call is None


# --- by way of the list ---


@remembered
def wished(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    assert say(cast, cast.actor("harbour-bank"), BANKS).text.startswith("Asked: `")


def asked(cast: Cast) -> str:
    """Harbour Bank, which stands on the approved list, asks to bring Jane; the reference of that."""
    wished(cast)
    with cast.desk.store.read() as tx:
        return proxies.waiting(tx)[0].reference


BANKS_JANE = "jane@harbour-bank.example"


def test_a_guests_proxy_is_circulated_and_approved_before_anything_goes_out_to_it(cast: Cast) -> None:
    reference = asked(cast)
    sent = leave(cast)
    assert to(sent, BANKS_JANE) == []
    says = next(s for s in sent if s.kind == "contact.asked").notice
    assert "asks to bring Jane Doe, jane@harbour-bank.example, to Case updates" in says.paragraphs[0]
    assert press(cast, cast.secretary, "contact.add", reference).text.startswith("Jane Doe, jane@harbour-bank.example,")
    assert to(leave(cast), BANKS_JANE) == []
    say(cast, cast.secretary, f"circulate {DAY} go")
    round_ = [s for s in leave(cast) if s.kind == "circulation" and s.email == "spam-enforcement@fr-cnil.example"]
    assert round_[0].notice.items == ("Harbour Bank (Jane Doe, as a proxy): Reports",)
    say(cast, cast.secretary, f"approve {DAY} early go")
    assert [k for k, _ in to(leave(cast), BANKS_JANE)] == ["welcome", "invitation"]
    assert of(cast, BANKS_JANE) == [(START, START + timedelta(minutes=30), False)]


@pytest.mark.parametrize("who", ["secretary", "harbour-bank"])
def test_what_was_asked_for_and_not_confirmed_ends_by_one_line(cast: Cast, who: str) -> None:
    reference = asked(cast)
    actor = cast.secretary if who == "secretary" else cast.actor(who)
    others = say(cast, cast.actor("meridian-net"), f"contact remove {BANKS_JANE}").text
    assert "is not asked for" not in others
    assert say(cast, actor, f"contact remove {BANKS_JANE}").text == (
        "Jane Doe, jane@harbour-bank.example, is not asked for any longer as a proxy of Harbour Bank. "
        + ("Whoever asked is told so, and no reason." if who == "secretary" else "Nobody is told of that.")
    )
    assert BANKS_JANE not in say(cast, actor, "bring").text
    assert "to confirm" not in say(cast, cast.secretary, "").text
    assert press(cast, cast.secretary, "contact.add", reference).text.startswith("Nothing waits under")
    assert to(leave(cast), BANKS_JANE) == []
    assert say(cast, cast.actor("harbour-bank"), BANKS).text.startswith("Asked: `")


def test_whoever_asked_is_told_that_the_secretariat_ended_the_wish_and_neither_why_nor_by_whom(cast: Cast) -> None:
    asked(cast)
    leave(cast)
    bank = cast.actor("harbour-bank")
    say(cast, cast.secretary, f"contact remove {BANKS_JANE}")
    told = [s for s in leave(cast) if s.kind == "proxy.ended"]
    assert {(s.email, s.door) for s in told} == {(bank.contact.email, Door.MAIL), (bank.contact.email, Door.SLACK)}
    notice = told[0].notice
    assert notice.subject == "Not expected: Jane Doe for Harbour Bank"
    assert notice.paragraphs == (
        "Jane Doe, jane@harbour-bank.example, whom you would bring to a call, is not expected there as a proxy of "
        "Harbour Bank.",
        neutral_words(cast.desk.settings.mail_from or "", ParticipantKind.PRIVATE_SECTOR),
    )
    assert to(leave(cast), BANKS_JANE) == []
    assert say(cast, bank, "undo go").text == "That proxy is there no longer, so there is nothing to take back."


def test_whoever_ends_their_own_wish_is_told_nothing_more(cast: Cast) -> None:
    asked(cast)
    leave(cast)
    say(cast, cast.actor("harbour-bank"), f"contact remove {BANKS_JANE}")
    assert [s.kind for s in leave(cast)] == []


def test_an_agency_is_told_that_the_secretariat_ended_its_proxy_and_no_other_is(cast: Cast) -> None:
    invited(cast)
    cnil = cast.actor("fr-cnil")
    say(cast, cast.secretary, f"contact remove {JANE}")
    told = [s for s in leave(cast) if s.kind == "proxy.ended"]
    assert {s.email for s in told} == {cnil.contact.email}
    assert told[0].notice.paragraphs[1].startswith("The secretariat gives no reasons for single changes.")
    invited_again = say(cast, cnil, BRING.replace("jane@", "joe@")).text
    assert invited_again.startswith("Jane Doe")
    leave(cast)
    say(cast, cnil, f"contact remove {JANE.replace('jane@', 'joe@')}")
    assert "proxy.ended" not in [s.kind for s in leave(cast)]


def test_of_a_proxy_that_was_brought_again_meanwhile_nobody_is_told_that_it_ended(cast: Cast) -> None:
    invited(cast)
    say(cast, cast.secretary, f"contact remove {JANE}")
    say(cast, cast.actor("fr-cnil"), BRING)
    assert "proxy.ended" not in [s.kind for s in leave(cast)]


def test_a_wish_to_bring_a_contact_of_others_ends_as_any_other_does(cast: Cast) -> None:
    asked(cast)
    bank, theirs = cast.actor("harbour-bank"), "spam-enforcement@fr-cnil.example"
    say(cast, bank, f'bring {theirs} "Jane" to {DAY}')
    assert "is not asked for any longer" in say(cast, bank, f"contact remove {theirs}").text
    assert cast.by_email(theirs).reader.contact_id


def test_whoever_was_brought_and_removed_can_be_asked_for_again_and_takes_no_room(cast: Cast) -> None:
    bank, reference = cast.actor("harbour-bank"), asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    for name in ("a", "b"):
        assert say(cast, bank, BANKS.replace("jane@", f"{name}@")).text.startswith("Asked:")
    assert "brings 3 people to that call already" in say(cast, bank, BANKS.replace("jane@", "c@")).text
    say(cast, bank, f"contact remove {BANKS_JANE}")
    assert say(cast, bank, BANKS).text.startswith("Asked:")
    assert "You asked for" in say(cast, bank, BANKS).text


def test_the_line_that_the_secretariat_is_told_to_type_confirms_what_was_asked_for(cast: Cast) -> None:
    reference = asked(cast)
    says = next(s for s in leave(cast) if s.kind == "contact.asked").notice.paragraphs[-1]
    say(cast, cast.secretary, says.partition("/lap ")[2])
    bank = cast.actor("harbour-bank")
    assert "has yet to confirm it" not in say(cast, bank, "bring").text
    assert to(leave(cast), bank.contact.email) == [("contact.confirmed", "Confirmed: Jane Doe for Harbour Bank")]
    assert "Nothing waits under" in press(cast, cast.secretary, "contact.add", reference).text


def test_a_guest_is_answered_the_same_whoever_else_has_the_address(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    bank = cast.actor("harbour-bank")
    said = [
        REFERENCE.sub("REF", say(cast, bank, f'bring {email} "X" to {DAY}').text).replace(email, "EMAIL")
        for email in ("nobody@nowhere.example", "spam-enforcement@fr-cnil.example", "x@meridian-net.example")
    ]
    assert len(set(said)) == 1
    assert "or asked to" in say(cast, bank, f'bring y@nowhere.example "X" to {DAY}').text


def test_the_secretariat_is_told_whose_address_it_is_that_a_guest_would_bring(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    said = say(cast, cast.actor("harbour-bank"), f'bring spam-enforcement@fr-cnil.example "X" to {DAY}').text
    found = REFERENCE.search(said)
    assert found is not None
    assert "is at fr-cnil.example, the address of" in press(cast, cast.secretary, "contact.add", found[1]).text


def test_an_agency_is_told_alike_of_each_address_at_another_organisations_domain(cast: Cast) -> None:
    """That one of them was in use told whom another Agency brings."""
    two_calls(cast)
    told = [
        say(cast, cast.actor("gb-ico"), f'bring {email} "Jane" to next').text.replace(email, "EMAIL")
        for email in (JANE, "nobody-at-all@fr-cnil.example")
    ]
    assert (told[0], "is at fr-cnil.example, the address of" in told[0]) == (told[1], True)


def test_an_objection_to_the_organisation_excludes_its_proxy_too(cast: Cast) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    say(cast, cast.secretary, f"circulate {DAY} go")
    say(cast, cast.secretary, f"approve {DAY} early go")
    arrive(cast)
    jane = cast.by_email(BANKS_JANE)
    assert calls_of(cast, jane) == [DAY]
    say(cast, cast.actor("fr-cnil"), f"object harbour-bank to {DAY}")
    assert calls_of(cast, jane) == []
    cast.clock.advance(minutes=3)
    assert [s[:9] for _, s in to(leave(cast), BANKS_JANE)] == ["Withdrawn"]


@pytest.mark.parametrize(
    "taken_off", [f"unadmit harbour-bank from {DAY} go", f"object harbour-bank to {DAY} for fr-cnil"]
)
def test_who_is_objected_to_brings_nobody_as_who_was_taken_off_does_and_is_told_nothing(
    cast: Cast, taken_off: str
) -> None:
    reference = asked(cast)
    say(cast, cast.secretary, taken_off)
    leave(cast)
    refused = [
        press(cast, cast.secretary, "contact.add", reference).text,
        say(cast, cast.secretary, f"{BANKS} for harbour-bank").text,
    ]
    assert ["there is none that a proxy could come to in its place" in says for says in refused] == [True, True]
    assert [s for s in leave(cast) if s.email.endswith("@harbour-bank.example")] == []


def test_an_agency_objects_to_a_guests_proxy_once_it_reads_the_name_and_not_before(cast: Cast) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    cnil = cast.actor("fr-cnil")
    nobody = say(cast, cnil, f"object nobody@harbour-bank.example to {DAY}").text
    assert say(cast, cnil, f"object {BANKS_JANE} to {DAY}").text == nobody.replace("nobody@", "jane@")
    say(cast, cast.secretary, f"circulate {DAY} go")
    say(cast, cast.secretary, f"approve {DAY} early go")
    assert BANKS_JANE.partition("@")[0] in say(cast, cnil, f"object {BANKS_JANE} to {DAY}").text.casefold()
    assert calls_of(cast, cast.by_email(BANKS_JANE)) == []
    assert calls_of(cast, cast.actor("harbour-bank")) == [DAY]


def test_the_same_objection_to_a_proxy_twice_is_one_and_other_agencies_know_of_no_such_name(cast: Cast) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    say(cast, cast.secretary, f"circulate {DAY} go")
    line = f"object {BANKS_JANE} to {DAY}"
    first, second = (say(cast, cast.actor("fr-cnil"), line).text.split("`")[1] for _ in range(2))
    other = say(cast, cast.actor("us-fcc"), line).text
    assert (first == second, other.startswith(f"I know nobody called “{BANKS_JANE}”")) == (True, True)
    say(cast, cast.actor("fr-cnil"), f"withdraw {first}")
    assert say(cast, cast.actor("fr-cnil"), line).text == other


@pytest.mark.parametrize("scope", ["standing", f"to {DAY}"])
def test_an_objection_to_a_proxy_holds_when_the_same_person_is_brought_again(cast: Cast, scope: str) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    say(cast, cast.secretary, f"circulate {DAY} go")
    say(cast, cast.actor("fr-cnil"), f"object {BANKS_JANE} {scope}")
    again = DAY
    if scope == "standing":
        cast.clock.at, again = START + timedelta(days=2), LATER_DAY
        with_approved(cast, "harbour-bank", start=LATER)
    else:
        say(cast, cast.actor("harbour-bank"), f"contact remove {BANKS_JANE}")
    arrive(cast)
    say(cast, cast.secretary, f"{BANKS.replace(DAY, again)} for harbour-bank")
    record = next(s for s in leave(cast) if s.kind == "objection_record" and s.email.endswith("@fr-cnil.example"))
    assert "Jane Doe" in str(record.notice.facts)
    say(cast, cast.secretary, f"circulate {again} go")
    say(cast, cast.secretary, f"approve {again} early go")
    assert calls_of(cast, cast.by_email(BANKS_JANE)) == []


@pytest.mark.parametrize("who", [BANKS_JANE, "harbour-bank"])
def test_the_secretariat_takes_a_guests_proxy_off_by_address_or_with_its_organisation(cast: Cast, who: str) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    say(cast, cast.secretary, f"circulate {DAY} go")
    say(cast, cast.secretary, f"approve {DAY} early go")
    say(cast, cast.secretary, f"unadmit {who} from {DAY} go")
    assert calls_of(cast, cast.by_email(BANKS_JANE)) == []
    assert calls_of(cast, cast.actor("harbour-bank")) == ([DAY] if who == BANKS_JANE else [])


def test_a_proxy_is_admitted_to_no_other_call(cast: Cast) -> None:
    reference = asked(cast)
    press(cast, cast.secretary, "contact.add", reference)
    with_call(cast, LATER)
    assert "was brought to another call alone" in say(cast, cast.secretary, f"admit {BANKS_JANE} to {LATER_DAY}").text
    assert "proxy" not in say(cast, cast.secretary, f"admit as {DAY} to {LATER_DAY}").text


def test_a_guest_that_is_on_no_list_brings_nobody_and_learns_of_no_call(cast: Cast) -> None:
    with_approved(cast, "meridian-net")
    bank = cast.actor("harbour-bank")
    there = say(cast, bank, BANKS).text
    nowhere = say(cast, bank, BANKS.replace(DAY, "2027-02-17")).text
    assert there == nowhere.replace("2027-02-17", DAY)


# --- when it is over ---


def test_a_proxy_is_nobody_three_months_after_its_call_and_is_erased_like_any_contact(cast: Cast) -> None:
    invited(cast)
    cast.clock.at = START + timedelta(days=80)
    while sweep(cast.desk, cast.secretary):
        pass
    cast.by_email(JANE)
    cast.clock.at = START + timedelta(days=95)
    while sweep(cast.desk, cast.secretary):
        pass
    with cast.desk.store.read() as tx:
        assert directory.contact_by_email(tx, JANE) is None
    assert erase_subject(cast.desk, cast.secretary, JANE).former == ("former contact of fr-cnil",)


def test_a_proxy_never_wears_the_secretariats_hat(cast: Cast) -> None:
    jane = brought(cast)
    hat = replace(jane, contact=replace(jane.contact, roles=cast.secretary.contact.roles))
    assert reader_of(hat.contact, hat.participant) == jane.reader
    assert hat.for_agency(jane.participant).reader == jane.reader
    assert jane.reader.only_call is not None


def test_bringing_takes_few_statements_whichever_way_it_goes(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    cnil, bank, counted = cast.actor("fr-cnil"), cast.actor("harbour-bank"), list[int]()
    for actor in (cnil, bank, cast.secretary):
        say(cast, actor, "calls")
    asked_for = ""
    for actor, line in ((cnil, BRING), (bank, BANKS), (cast.secretary, "bring"), (cast.secretary, "confirm")):
        with heard(cast.desk.store) as sent:
            said = press(cast, actor, "contact.add", asked_for) if line == "confirm" else say(cast, actor, line)
        asked_for = found[1] if (found := REFERENCE.search(said.text)) else asked_for
        counted.append(len(sent) - 2)  # which tie the test's user
    assert max(counted) <= 12, counted


def test_what_is_typed_is_read_in_any_order_of_its_clauses() -> None:
    asked = read_bring("jane@us-ftc.example Jane Doe for us-ftc to 2027-02-16")
    assert (asked.email, asked.name, asked.call, asked.organisation) == (
        "jane@us-ftc.example", "Jane Doe", "2027-02-16", "us-ftc",
    )  # fmt: skip
    assert read_bring('<mailto:j@x.example|j@x.example> "Jo To" to next').name == "Jo To"
