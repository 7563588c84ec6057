"""A personal feed over HTTP: what stands in it, when it changes, and that what is closed never does."""

import dataclasses
from datetime import timedelta

import httpx
import pytest
from icalendar import Calendar

from bot.confidentiality import Tlp
from bot.topics import AudienceKind
from handlers.action_changes import mark_done
from handlers.actions import give_action
from handlers.announcing import announce_call, cancel_call, move_call
from handlers.attendees import unadmit
from handlers.calls import add_call
from handlers.delivery import deliver_all
from handlers.kinds import KINDS
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import PartChange, add_segment, change_segment
from handlers.sending import NotTaken
from handlers.undo import undo_last
from storage import directory, invitations
from storage.tables import Door
from tests.cast import Cast
from tests.delivered import deliver_quietly
from tests.held import running
from tests.links import FEED, PAGE, browsing, path, whole
from tests.lists import DAY, START, arrive, with_approved, with_call, with_item

MINUTES = timedelta(minutes=1)
AT_13 = (START, START + 30 * MINUTES)


def fetched(cast: Cast, who: str, **headers: str) -> httpx.Response:
    url = path(cast, cast.actor(who), FEED)
    with browsing(cast) as client:
        return client.get(url, headers=headers)


def events(cast: Cast, who: str) -> list[tuple[str, str, object, object]]:
    """SUMMARY, STATUS, start and end of each entry of somebody's feed."""
    found = Calendar.from_ical(fetched(cast, who).content)
    return [(str(e["SUMMARY"]), str(e["STATUS"]), e.start, e.end) for e in found.walk("VEVENT")]


def tasks(cast: Cast, who: str) -> list[tuple[str, str, object]]:
    found = Calendar.from_ical(fetched(cast, who).content)
    return [(str(t["SUMMARY"]), str(t["STATUS"]), t["DUE"].dt) for t in found.walk("VTODO")]


def shut(*_: object) -> None:
    raise NotTaken("come back later")


def object_to(cast: Cast, who: str) -> None:
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked(who, calls=((DAY, ()),)))


def test_a_representative_reads_its_own_part_of_the_call_and_nothing_of_the_rest(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    assert events(cast, "harbour-bank") == [("Reports", "CONFIRMED", *AT_13)]
    assert b"Case" not in fetched(cast, "harbour-bank").content


def test_an_agency_reads_the_whole_call_confirmed_once_it_holds_the_invitation(cast: Cast) -> None:
    with_call(cast)
    deliver_quietly(cast)
    assert events(cast, "fr-cnil") == [("Case updates", "CONFIRMED", START, START + 90 * MINUTES)]


def test_a_draft_stands_in_nobodys_feed(cast: Cast) -> None:
    add_call(cast.desk, cast.secretary, START, 90, "Case updates")
    url = path(cast, cast.secretary, FEED)
    with browsing(cast) as client:
        assert (b"VEVENT" in client.get(url).content, events(cast, "fr-cnil")) == (False, [])


def test_an_agencys_person_who_does_not_attend_reads_the_plan_as_tentative(cast: Cast) -> None:
    person = cast.actor("fr-cnil").contact
    with cast.desk.store.begin() as tx:
        directory.update_contact(tx, dataclasses.replace(person, attending=False))
    with_call(cast)
    deliver_quietly(cast)
    assert events(cast, "fr-cnil") == [("Case updates", "TENTATIVE", START, START + 90 * MINUTES)]


def test_a_plan_that_is_moved_keeps_its_entry_with_a_later_stamp(cast: Cast) -> None:
    person = cast.actor("fr-cnil").contact
    with cast.desk.store.begin() as tx:
        directory.update_contact(tx, dataclasses.replace(person, attending=False))
    with_call(cast)
    before = Calendar.from_ical(fetched(cast, "fr-cnil").content).walk("VEVENT")[0]
    cast.clock.advance(hours=1)
    move_call(cast.desk, cast.secretary, DAY, START + 60 * MINUTES)
    after = Calendar.from_ical(fetched(cast, "fr-cnil").content).walk("VEVENT")[0]
    assert (after["UID"], after["DTSTAMP"].dt - before["DTSTAMP"].dt) == (before["UID"], timedelta(hours=1))


def test_who_is_approved_reads_it_before_the_mail_has_left(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    assert events(cast, "harbour-bank") == [("Reports", "CONFIRMED", *AT_13)]


def test_who_is_admitted_and_not_approved_reads_nothing(cast: Cast) -> None:
    with_call(cast)
    assert events(cast, "harbour-bank") == []


@pytest.mark.parametrize("who", ["fr-cnil", "harbour-bank"])
def test_an_entry_stands_as_it_was_mailed_until_its_change_is(cast: Cast, who: str) -> None:
    with_approved(cast, "harbour-bank")
    deliver_quietly(cast)
    before = events(cast, who)
    move_call(cast.desk, cast.secretary, DAY, START + 60 * MINUTES)
    waiting = events(cast, who)
    cast.clock.advance(minutes=1)
    deliver_quietly(cast)
    hour = timedelta(hours=1)
    moved = [(title, state, start + hour, end + hour) for title, state, start, end in before]
    assert (waiting, events(cast, who)) == (before, moved)


@pytest.mark.parametrize("who", ["fr-cnil", "harbour-bank"])
def test_an_entry_has_the_uid_sequence_and_stamp_of_the_mailed_copy(cast: Cast, who: str) -> None:
    with_approved(cast, "harbour-bank")
    planned = Calendar.from_ical(fetched(cast, who).content).walk("VEVENT")[0]
    deliver_quietly(cast)
    cast.clock.advance(hours=1)
    move_call(cast.desk, cast.secretary, DAY, START + 60 * MINUTES)
    cast.clock.advance(minutes=1)
    deliver_quietly(cast)
    entry = Calendar.from_ical(fetched(cast, who).content).walk("VEVENT")[0]
    with cast.desk.store.read() as tx:
        copy = invitations.of_person(tx, cast.actor(who).contact.id)[0]
    assert (entry["UID"], entry["SEQUENCE"], entry["DTSTAMP"].dt) == (copy.uid, 1, copy.dtstamp)
    assert planned["UID"] == copy.uid


def test_what_was_lost_is_gone_at_once_and_stands_as_cancelled_once_that_was_mailed(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    object_to(cast, "harbour-bank")
    assert events(cast, "harbour-bank") == []
    cast.clock.advance(minutes=2)
    arrive(cast)
    assert events(cast, "harbour-bank") == [("Invitation withdrawn", "CANCELLED", *AT_13)]


def test_an_objection_taken_back_in_time_leaves_the_very_bytes_there_were(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    before = fetched(cast, "harbour-bank").content
    object_to(cast, "harbour-bank")
    undo_last(cast.desk, cast.actor("fr-cnil"), Wish("undo", go=True))
    assert fetched(cast, "harbour-bank").content == before


def test_an_objection_shows_in_the_feed_exactly_as_a_name_taken_off(cast: Cast) -> None:
    with_approved(cast, "harbour-bank", "meridian-net")
    arrive(cast)
    object_to(cast, "harbour-bank")
    unadmit(cast.desk, cast.secretary, ["meridian-net"], DAY)
    shown = []
    for minutes in (0, 2):
        cast.clock.advance(minutes=minutes)
        arrive(cast)
        shown.append([events(cast, who) for who in ("harbour-bank", "meridian-net")])
    assert [one == other for one, other in shown] == [True, True]


def test_a_cancelled_call_stays_as_cancelled_and_names_no_link(cast: Cast) -> None:
    with_call(cast)
    deliver_quietly(cast)
    assert b"/join/" in fetched(cast, "fr-cnil").content.replace(b"\r\n ", b"")
    cancel_call(cast.desk, cast.secretary, DAY)
    deliver_quietly(cast)
    found = Calendar.from_ical(fetched(cast, "fr-cnil").content).walk("VEVENT")
    assert [(e["STATUS"], e["SEQUENCE"], "LOCATION" in e, e["TRANSP"]) for e in found] == [
        ("CANCELLED", 1, False, "TRANSPARENT")
    ]


def test_a_cancelled_entry_repeats_no_time_that_the_person_was_never_sent(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    move_call(cast.desk, cast.secretary, DAY, START + 60 * MINUTES)
    deliver_all(dataclasses.replace(cast.desk, send={Door.MAIL: shut}), KINDS)
    unadmit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    cast.clock.advance(minutes=2)
    arrive(cast)
    assert events(cast, "harbour-bank") == [("Invitation withdrawn", "CANCELLED", *AT_13)]


def test_a_calendar_carries_no_item_title_and_no_way_to_the_page(cast: Cast) -> None:
    call_id = with_approved(cast, "harbour-bank")
    with_item(cast, call_id, "harbour-bank", "Phishing of banks")
    arrive(cast)
    body = fetched(cast, "harbour-bank").content.replace(b"\r\n ", b"")
    assert [word for word in (b"Phishing", b"/me/", b"ATTENDEE", b"ORGANIZER", b"METHOD") if word in body] == []
    assert b"CLASS:PRIVATE" in body


# --- actions ---


def with_action(cast: Cast) -> str:
    running(cast)
    return give_action(cast.desk, cast.secretary, "harbour-bank by +14d Send the numbers").reference


def test_an_action_is_a_task_whose_words_stay_on_the_page_as_the_calendar_carries_green_only(cast: Cast) -> None:
    reference = with_action(cast)
    due = (START + timedelta(days=14)).date()
    about = f"Action {reference}: what it asks stands on your page"
    assert tasks(cast, "harbour-bank") == [(about, "NEEDS-ACTION", due)]
    mark_done(cast.desk, cast.secretary, reference)
    assert tasks(cast, "harbour-bank") == [(about, "COMPLETED", due)]


def test_a_calendar_that_may_carry_the_label_says_what_the_action_asks(cast: Cast) -> None:
    with_action(cast)
    labels = dataclasses.replace(cast.desk.procedure.labels, calendar=Tlp.AMBER)
    cast.desk = dataclasses.replace(cast.desk, procedure=dataclasses.replace(cast.desk.procedure, labels=labels))
    assert [t[0] for t in tasks(cast, "harbour-bank")] == ["TLP:AMBER Send the numbers"]


def test_nobody_reads_the_actions_of_another_organisation(cast: Cast) -> None:
    with_action(cast)
    assert (tasks(cast, "meridian-net"), tasks(cast, "fr-cnil")) == ([], [])


def test_an_action_of_a_part_that_its_owner_did_not_hear_waits_for_confirmed_words(cast: Cast) -> None:
    running(cast, "meridian-net")
    change_segment(cast.desk, cast.secretary, f"{DAY}/1", PartChange(AudienceKind.AGENCIES))
    give_action(cast.desk, cast.secretary, "harbour-bank by +14d Send the numbers")
    assert tasks(cast, "harbour-bank") == []


# --- when it changes ---


def test_the_same_feed_is_the_same_bytes_whenever_it_is_fetched(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    first = fetched(cast, "harbour-bank")
    cast.clock.advance(days=1)
    assert whole(fetched(cast, "harbour-bank")) == whole(first)


def test_a_feed_that_did_not_change_is_answered_without_a_body(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    first = fetched(cast, "harbour-bank")
    for held in (first.headers["etag"], f'"x", W/{first.headers["etag"]}', "*"):
        again = fetched(cast, "harbour-bank", **{"If-None-Match": held})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    other = fetched(
        cast, "harbour-bank", **{"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    )
    assert (other.status_code, other.content) == (200, first.content)


def test_what_moves_for_others_moves_nothing_in_this_persons_feed(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    before = fetched(cast, "harbour-bank")
    cast.clock.advance(hours=1)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 20, "A raid")
    object_to(cast, "meridian-net")
    add_call(cast.desk, cast.secretary, START + timedelta(days=28), 60, "Another")
    announce_call(cast.desk, cast.secretary, "Another")
    deliver_quietly(cast)
    assert whole(fetched(cast, "harbour-bank")) == whole(before)


def test_the_feed_says_what_it_is_and_when_it_changed_last(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    headers = fetched(cast, "harbour-bank").headers
    names = ("content-type", "cache-control", "last-modified", "content-disposition", "referrer-policy")
    assert [headers[n] for n in names] == [
        "text/calendar; charset=utf-8", "private, no-cache", "Mon, 04 Jan 2027 09:00:00 GMT",
        'inline; filename="calls.ics"', "no-referrer",
    ]  # fmt: skip


def test_a_head_has_the_headers_of_the_feed_and_no_body(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    url = path(cast, cast.actor("harbour-bank"), FEED)
    with browsing(cast) as client:
        got, headed = client.get(url), client.head(url)
    assert (whole(headed)[:2], headed.content) == (whole(got)[:2], b"")


def test_fetching_a_feed_writes_nothing(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    url = path(cast, cast.actor("harbour-bank"), FEED)
    before = contents(cast)
    with browsing(cast) as client:
        client.get(url)
    assert contents(cast) == before


def contents(cast: Cast) -> list[str]:
    """All that the database holds."""
    with cast.desk.store.read() as tx:
        return list(tx.connection.driver_connection.iterdump())  # type: ignore[union-attr]


def test_an_address_with_a_slash_too_many_is_led_nowhere_over_no_other_scheme_or_host(cast: Cast) -> None:
    with_call(cast)
    fetched(cast, "nz-dia")
    with browsing(cast) as client:
        asked = [path(cast, cast.actor("nz-dia"), purpose) for purpose in (FEED, PAGE)]
        found = [whole(client.get(f"{url}/", headers={"Host": "elsewhere.example"})) for url in (*asked, "/me/x")]
    assert {(answer[0], answer) for answer in found} == {(404, found[0])}
