"""The send barrier (design.md 3.6): after “in effect” nothing older begins to leave; what was leaving is told."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.confidentiality import Tlp
from bot.exposures import Exposure
from handlers.attendees import admit, unadmit
from handlers.calls import list_calls
from handlers.circulation import approve_list, circulate
from handlers.in_flight import LEFT
from handlers.joining import follow
from handlers.labels import set_label
from handlers.link_codes import CODE
from handlers.objecting import Asked
from handlers.objections import object_to_access
from storage import calls, exposures
from storage.calls import Part
from storage.tables import Door, OutboxRow, OutboxState, columns
from tests.cast import Cast
from tests.links import JOIN, printed
from tests.lists import DAY, START, arrive, leave, with_approved, with_call, with_item
from tests.mailing import ANSWERED_WITHIN, BANK, Mailing, mailing, timed
from tests.slack_front import say

SECRETARIAT = "secretariat@us-ftc.example"
FRANCE = "spam-enforcement@fr-cnil.example"
T = columns(OutboxRow)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def post(request: pytest.FixtureRequest) -> Iterator[Mailing]:
    cast: Cast = request.getfixturevalue("cast" if request.param == "sqlite" else "postgres_cast")
    with mailing(cast) as made:
        with_approved(cast, "harbour-bank")
        _only(cast, "harbour-bank")
        yield made


def _only(cast: Cast, short_name: str) -> None:
    """Of what is due now, leaves only what is due to one organisation's person; the rest is taken as told."""
    with cast.desk.store.begin() as tx:
        others = update(OutboxRow).where(T.contact_id != cast.actor(short_name).contact.id)
        tx.execute(others.where(T.state == OutboxState.DUE, T.due_at <= cast.clock()).values(state=OutboxState.SENT))


def _objects(post: Mailing, line: str = f"object harbour-bank to {DAY}") -> str:
    return say(post.cast, post.cast.actor("fr-cnil"), line).text


def _methods(post: Mailing) -> list[str | None]:
    return [m.method for m in post.drop.mails(BANK)]


def test_where_nothing_is_leaving_it_is_in_effect_at_once_and_nothing_is_offered_later(post: Mailing) -> None:
    said, seconds = timed(lambda: _objects(post))
    post.deliver()
    post.cast.clock.advance(minutes=10)
    post.deliver()
    assert ("is in effect" in said, seconds < 1.0, _methods(post)) == (True, True, [None])


def test_what_a_slow_server_has_is_told_and_a_second_message_says_when_it_ended(post: Mailing) -> None:
    with post.leaving():
        said, seconds = timed(lambda: _objects(post))
    post.deliver()
    told = [m for to in (FRANCE, SECRETARIAT) for m in post.drop.mails(to) if m.subject.startswith("What was leaving")]
    assert seconds < ANSWERED_WITHIN
    assert "is recorded" in said
    assert "Recorded; 1 message was already leaving: a message by mail." in said
    assert [m.recipients[0] for m in told] == [FRANCE, SECRETARIAT]
    assert "Left at 09:00:00 UTC; it cannot be recalled." in told[0].text


def test_a_server_that_is_quick_enough_delays_the_answer_and_nothing_else(post: Mailing) -> None:
    with post.leaving(seconds=0.3):
        said, seconds = timed(lambda: _objects(post))
    assert ("is in effect" in said, seconds < ANSWERED_WITHIN) == (True, True)


def test_what_waits_behind_the_one_that_is_leaving_is_made_of_what_holds_then(post: Mailing) -> None:
    with post.leaving(seconds=0.5):  # the first mail, which says who writes; the invitation comes behind it
        _objects(post)
    assert _methods(post) == [None]


def test_a_server_that_was_down_for_an_hour_is_offered_nothing_closed(post: Mailing) -> None:
    post.drop.down()
    post.deliver()
    said, seconds = timed(lambda: _objects(post))
    post.drop.up()
    post.cast.clock.advance(hours=1)
    post.deliver()
    assert ("is in effect" in said, seconds < ANSWERED_WITHIN, _methods(post)) == (True, True, [None])


def test_many_persons_are_waited_for_under_one_deadline(post: Mailing) -> None:
    people = [post.cast.actor(n).contact.id for n in ("harbour-bank", "meridian-net", "oecd")]
    admit(post.cast.desk, post.cast.secretary, ["meridian-net"], DAY)
    circulate(post.cast.desk, post.cast.secretary, DAY, None)
    approve_list(post.cast.desk, post.cast.secretary, DAY, early=True)
    release, inside = threading.Event(), threading.Barrier(4)

    def send(person: str) -> None:
        with post.cast.desk.store.sending(person):
            inside.wait(10)
            release.wait(10)

    senders = [threading.Thread(target=send, args=[p]) for p in people]
    for sender in senders:
        sender.start()
    inside.wait(10)
    done, seconds = timed(lambda: unadmit(post.cast.desk, post.cast.secretary, ["harbour-bank", "meridian-net"], DAY))
    release.set()
    for sender in senders:
        sender.join(10)
    assert (done.in_flight.count, seconds < ANSWERED_WITHIN) == (2, True)


def test_who_narrows_is_not_told_when_something_else_left(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    cast.clock.advance(seconds=1)
    bank, cnil = cast.actor("harbour-bank").contact.id, cast.actor("fr-cnil")
    code = Exposure("e1", "o1", bank, None, Door.MAIL, CODE, "", 0, cast.clock())
    with cast.desk.store.begin() as tx:
        exposures.begin(tx, [code])
    with cast.desk.store.sending(bank):
        object_to_access(cast.desk, cnil, Asked("harbour-bank", calls=((DAY, ()),)))
    with cast.desk.store.begin() as tx:
        exposures.end(tx, [code.id], cast.clock())
    told = {s.notice.items for s in leave(cast) if s.kind == LEFT}
    assert told == {("Did not leave, or was about something else.",)}


# --- the notice, and what was due before it ---


def test_an_errand_put_off_before_an_objection_does_not_tell_of_it_before_its_time(post: Mailing) -> None:
    post.deliver()
    say(post.cast, post.cast.secretary, f"segment {DAY}/1 20 go")  # a shorter part, whose mail is greylisted
    post.cast.clock.advance(minutes=3)
    _only(post.cast, "harbour-bank")
    post.drop.greylist(BANK)
    post.deliver()
    post.cast.clock.advance(seconds=50)
    _objects(post)
    post.cast.clock.advance(seconds=60)  # the retry is due, the notice is not
    post.deliver()
    before = _methods(post)
    say(post.cast, post.cast.actor("fr-cnil"), "undo go")
    post.cast.clock.advance(minutes=5)
    post.deliver()
    assert (before, _methods(post)) == ([None, "REQUEST"], [None, "REQUEST", "REQUEST"])


def test_undo_after_the_notice_may_have_left_says_what_can_be_done_instead(post: Mailing) -> None:
    post.deliver()
    _objects(post)
    post.cast.clock.advance(minutes=2)
    post.deliver()
    said = say(post.cast, post.cast.actor("fr-cnil"), "undo").text
    assert _methods(post) == [None, "REQUEST", "CANCEL"]
    assert said == (
        "Word of that has left, so it cannot be taken back as if it had not been. An objection is ended with "
        "`/lap withdraw` and its reference; a name comes back with `/lap admit`, `/lap circulate` and `/lap approve`."
    )


# --- the ledger ---


def _ledger(post: Mailing) -> list[tuple[str, str, bool, bool]]:
    with post.cast.desk.store.read() as tx:
        found = exposures.of_people(tx, [post.cast.actor("harbour-bank").contact.id], post.cast.clock())
    return [(e.kind, e.door, e.left_at is not None, bool(e.shows)) for e in found]


def test_the_ledger_has_what_left_and_what_it_showed_by_ids(post: Mailing) -> None:
    post.deliver()
    assert _ledger(post) == [("welcome", "mail", True, False), ("invitation", "mail", True, True)]


def test_what_no_server_was_shown_is_no_exposure(post: Mailing) -> None:
    post.drop.down()
    post.deliver()
    assert _ledger(post) == []


def test_what_a_server_was_shown_and_did_not_take_has_left_all_the_same(post: Mailing) -> None:
    post.drop.drop_after_data(recorded=False)
    post.deliver()
    assert _ledger(post)[0] == ("welcome", "mail", True, False)


def test_a_refused_recipient_was_shown_nothing(post: Mailing) -> None:
    post.drop.refuse(BANK)
    post.deliver()
    assert _ledger(post) == []


def test_an_objection_names_what_had_left_of_what_it_closes(post: Mailing) -> None:
    post.deliver()
    assert _objects(post).endswith(
        "\nThis had left before, and cannot be recalled:\n"
        "• Harbour Bank (Spam enforcement contact): an invitation by mail, Mon 4 Jan 2027, 10:00 Europe/Paris "
        "(09:00 UTC); shows Reports"
    )


def test_an_unadmission_names_what_had_left_too(post: Mailing) -> None:
    post.deliver()
    said = say(post.cast, post.cast.secretary, f"unadmit harbour-bank from {DAY}").text
    assert "This had left before, and cannot be recalled:\n• Harbour Bank (Spam enforcement contact): an inv" in said


def test_an_unadmission_during_the_call_names_the_actions_that_had_left(post: Mailing) -> None:
    cast = post.cast
    cast.clock.at = START
    say(cast, cast.secretary, f"start {DAY}")
    given = say(cast, cast.secretary, "action harbour-bank by 2027-03-01 send the list").text.split("`")[1]
    cast.clock.advance(minutes=2)
    post.deliver()
    said = say(cast, cast.secretary, f"unadmit harbour-bank from {DAY}").text
    named = [line for line in said.splitlines() if "an action by mail" in line]
    assert (len(named), given in named[0]) == (1, True)


def test_the_secretariat_reads_what_left_for_whom(post: Mailing) -> None:
    post.deliver()
    _objects(post)
    post.cast.clock.advance(minutes=2)
    post.deliver()
    said = say(post.cast, post.cast.secretary, f"shown harbour-bank {DAY}").text
    bank = "• Harbour Bank (Spam enforcement contact):"
    assert said == (
        "What left for Harbour Bank, latest first:\n"
        f"{bank} an invitation withdrawn by mail, Mon 4 Jan 2027, 04:02 America/New_York (09:02 UTC)\n"
        f"{bank} an invitation by mail, Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC); shows Reports\n"
        f"{bank} a message by mail, Mon 4 Jan 2027, 04:00 America/New_York (09:00 UTC)"
    )


def test_nobody_but_the_secretariat_reads_it(post: Mailing) -> None:
    said = [say(post.cast, post.cast.actor(name), "shown harbour-bank").text for name in ("fr-cnil", "harbour-bank")]
    assert said == ["`shown` is for the secretariat. `/lap help` shows what is yours."] * 2


# --- at the edges ---


@pytest.mark.parametrize("seconds", [-1, 0, 1])
def test_an_objection_in_the_second_in_which_the_part_starts_closes_it_and_tells_at_once(
    cast: Cast, seconds: int
) -> None:
    with mailing(cast) as post:
        call_id = with_approved(cast, "harbour-bank")
        arrive(cast)
        cast.clock.at = START + timedelta(seconds=seconds)
        arrive(cast)
        said = _objects(post)
        _only(cast, "harbour-bank")
        post.deliver()
        assert ("is in effect" in said, _methods(post)) == (True, ["CANCEL"])
        assert follow(cast.desk, printed(cast, cast.actor("harbour-bank"), JOIN, call_id)) is None


def test_an_objection_to_the_middle_of_three_parts_leaves_the_block_that_is_longer(cast: Cast) -> None:
    with mailing(cast) as post:
        with_call(cast)
        say(cast, cast.secretary, f'segment add {DAY} joint 10 "Trends" go')
        say(cast, cast.secretary, f'segment add {DAY} joint 15 "Statistics" go')
        admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
        circulate(cast.desk, cast.secretary, DAY, None)
        approve_list(cast.desk, cast.secretary, DAY, early=True)
        _only(cast, "harbour-bank")
        post.deliver()
        parts = [p.title for p in list_calls(cast.desk, cast.actor("harbour-bank"))[0].view.segments]
        _objects(post, f"object harbour-bank to {DAY}/2")
        cast.clock.advance(minutes=2)
        _only(cast, "harbour-bank")
        post.deliver()
        last = post.drop.mails(BANK)[-1]
        kept = [p.title for p in list_calls(cast.desk, cast.actor("harbour-bank"))[0].view.segments]
        assert (parts, kept) == (["Reports", "Trends", "Statistics"], ["Reports"])
        assert last.subject.startswith("Now shorter, new title: Reports, ")
        assert ("Trends" in last.text, "Statistics" in last.text) == (False, False)


def test_a_guest_who_raises_a_label_is_told_of_no_mail_to_others(cast: Cast) -> None:
    with_item(cast, with_approved(cast, "harbour-bank"), "harbour-bank")
    arrive(cast)
    with cast.desk.store.read() as tx:
        reference = calls.upcoming(tx, cast.clock(), Part.ITEMS)[0].items[0].reference
    bank = cast.actor("harbour-bank")
    with cast.desk.store.sending(cast.actor("jp-mic").contact.id):
        raised = set_label(cast.desk, bank, reference, Tlp.RED)
    to = {s.email for s in leave(cast) if s.kind == LEFT}
    assert (raised.in_flight.count, bank.contact.email in to, cast.secretary.contact.email in to) == (0, False, True)
