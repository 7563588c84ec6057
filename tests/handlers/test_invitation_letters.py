"""Proves what Slack says beside an invitation mail: true at the moment of sending, and nothing to who is excluded."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from bot.topics import AudienceKind
from handlers.announcing import cancel_call, move_call
from handlers.attendees import admit
from handlers.circulation import approve_list, circulate
from handlers.delivery import deliver_all
from handlers.desk import Desk
from handlers.invitation_letters import compose_held
from handlers.kinds import KINDS
from handlers.marking import HELD
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import PartChange, add_segment, change_segment
from handlers.sending import NotTaken
from handlers.work import Reading
from storage import outbox
from storage.tables import Door, OutboxRow, columns
from tests.cast import Cast
from tests.lists import DAY, Sent, arrive, leave, with_approved, with_call
from tests.slack_front import say

LATER = datetime(2027, 2, 18, 9, 0, tzinfo=UTC)


def held(sent: list[Sent], short_name: str) -> list[Sent]:
    return [s for s in sent if s.kind == HELD and s.email.endswith(f"@{short_name}.example")]


def nothing_leaves(desk: Desk) -> Desk:
    """Every server says: later."""

    def shut(*_: object) -> None:
        raise NotTaken("451 later")

    return replace(desk, send=dict.fromkeys(Door, shut))


def mails_only(desk: Desk) -> Desk:
    """Mail leaves, and Slack does not answer."""

    def shut(*_: object) -> None:
        raise NotTaken("Slack does not answer", unreachable=True)

    return replace(desk, send={Door.MAIL: lambda *_: None, Door.SLACK: shut})


@pytest.fixture
def mailed(cast: Cast) -> Cast:
    """A guest whose invitation mail has left while Slack was down."""
    with_approved(cast, "harbour-bank")
    deliver_all(mails_only(cast.desk), KINDS)
    cast.clock.advance(minutes=5)
    return cast


def test_an_invitation_by_slack_that_was_late_carries_the_link(mailed: Cast) -> None:
    assert ["/join/" in link for s in held(leave(mailed), "harbour-bank") for _, link in s.notice.links] == [True]


def test_who_was_objected_to_since_the_mail_is_not_invited_by_slack(mailed: Cast) -> None:
    object_to_access(mailed.desk, mailed.actor("fr-cnil"), Asked("harbour-bank"))
    assert held(leave(mailed), "harbour-bank") == []


@pytest.mark.parametrize("since", [PartChange(minutes=10), PartChange(audience=AudienceKind.AGENCIES)])
def test_a_part_that_was_shortened_or_closed_since_the_mail_is_not_told_by_slack_as_it_was(
    mailed: Cast, since: PartChange
) -> None:
    change_segment(mailed.desk, mailed.secretary, f"{DAY}/1", since)
    assert held(leave(mailed), "harbour-bank") == []


@pytest.mark.parametrize(("since", "told"), [(None, True), (PartChange(audience=AudienceKind.AGENCIES), False)])
def test_what_slack_would_say_is_asked_anew_in_the_moment_before_a_closing_is_told(
    mailed: Cast, since: PartChange | None, told: bool
) -> None:
    """The copy has the revision that the mail left with until what narrows is attempted."""
    if since is not None:
        change_segment(mailed.desk, mailed.secretary, f"{DAY}/1", since)
    with mailed.desk.store.read() as tx:
        guest = mailed.actor("harbour-bank")
        row = columns(OutboxRow)
        held_by_slack = row.kind == HELD, row.contact_id == guest.contact.id
        errand = outbox.one(tx, tx.execute(select(row.id).where(*held_by_slack)).scalar_one())
        assert errand is not None
        work = Reading(mailed.desk, tx, mailed.secretary, mailed.clock())
        assert bool(compose_held(work, [errand[0]], guest.contact, guest.participant)) is told


def test_a_call_that_is_over_is_not_told_of_as_an_invitation(mailed: Cast) -> None:
    mailed.clock.advance(days=60)
    assert held(leave(mailed), "nz-dia") == []


def test_a_guest_whose_part_was_closed_is_told_by_slack_in_the_neutral_words_with_the_local_time(cast: Cast) -> None:
    with_approved(cast, "harbour-bank")
    arrive(cast)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    cast.clock.advance(minutes=3)
    notice = held(leave(cast), "harbour-bank")[0].notice
    assert (notice.subject, notice.paragraphs[0], notice.links) == (
        "Withdrawn: your invitation for Tue 16 Feb 2027, 13:00 Europe/London (13:00 UTC)",
        "Your invitation for Tue 16 Feb 2027 has been withdrawn.",
        (),
    )


def test_a_cancellation_names_no_part_that_its_reader_was_never_sent(cast: Cast) -> None:
    with_call(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 20, "Trends")
    for part in ("1", "2"):
        admit(cast.desk, cast.secretary, ["harbour-bank"], DAY, [part])
        circulate(cast.desk, cast.secretary, DAY, None)
        approve_list(cast.desk, cast.secretary, DAY, early=True)
        if part == "1":
            arrive(cast)
        else:
            deliver_all(nothing_leaves(cast.desk), KINDS)
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    cast.clock.advance(minutes=3)
    copies = [s.notice.copy for s in leave(cast) if s.email.endswith("@harbour-bank.example") and s.notice.copy]
    assert [(c.cancelled, c.summary) for c in copies] == [(True, "Reports")]


def test_a_cancelled_call_is_told_by_slack_as_cancelled_with_its_reason(cast: Cast) -> None:
    with_call(cast)
    leave(cast)
    cancel_call(cast.desk, cast.secretary, DAY, "a public holiday")
    notice = held(leave(cast), "nz-dia")[0].notice
    assert (notice.subject, notice.paragraphs, notice.facts) == (
        "Cancelled: Case updates, Wed 17 Feb 2027, 02:00 Pacific/Auckland (Tue 16 Feb 2027, 13:00 UTC)",
        (
            "Case updates will not take place on Wed 17 Feb 2027.",
            "The secretariat says: a public holiday",
        ),
        (("Was", "Wed 17 Feb 2027, 02:00-03:30 Pacific/Auckland (Tue 16 Feb 2027, 13:00-14:30 UTC)"),),
    )


def test_who_went_before_the_call_was_cancelled_is_not_told_why(cast: Cast) -> None:
    """Their entry is taken back all the same; the mail of their going waited for a server, and told the reason."""
    with_call(cast)
    leave(cast)
    officer = cast.actor("fr-cnil").contact.email
    contact_replace = f'contact replace {officer} by new@fr-cnil.example "New"'
    say(cast, cast.secretary, contact_replace)
    deliver_all(nothing_leaves(cast.desk), KINDS)
    cancel_call(cast.desk, cast.secretary, DAY, "the raid was moved")
    cast.clock.advance(minutes=10)
    sent = [s for s in leave(cast) if s.door == Door.MAIL]
    gone = [s for s in sent if s.email == officer]
    assert [(s.notice.copy.cancelled if s.notice.copy else None) for s in gone] == [True]
    assert [s.email for s in gone if "raid" in s.text or "ancelled" in s.text] == []
    assert [s for s in sent if "the raid was moved" in s.text] != []


def test_an_agency_that_every_part_left_out_before_is_not_told_why_the_call_was_cancelled(cast: Cast) -> None:
    """It was invited no longer, and the mail that says so waited for a server."""
    with_call(cast)
    leave(cast)
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.AGENCIES, 60, "Raid", ["fr-cnil"])
    change_segment(cast.desk, cast.secretary, f"{DAY}/reports", PartChange(remove=True))
    deliver_all(nothing_leaves(cast.desk), KINDS)
    cancel_call(cast.desk, cast.secretary, DAY, "the raid was moved")
    cast.clock.advance(minutes=10)
    sent = [s for s in leave(cast) if s.door == Door.MAIL]
    told = {name: [s for s in sent if s.email.endswith(f"@{name}.example")] for name in ("fr-cnil", "nz-dia")}
    assert {name: ["the raid was moved" in s.text for s in mails] for name, mails in told.items()} == {
        "fr-cnil": [True] * len(told["fr-cnil"]), "nz-dia": [False] * len(told["nz-dia"]),
    }  # fmt: skip
    assert all(told.values())


def test_a_moved_call_is_told_by_slack_as_moved_with_both_times(cast: Cast) -> None:
    with_call(cast)
    leave(cast)
    move_call(cast.desk, cast.secretary, DAY, LATER)
    cast.clock.advance(minutes=1)
    notice = held(leave(cast), "nz-dia")[0].notice
    assert (notice.subject, notice.paragraphs, notice.facts) == (
        "New time: Case updates, Thu 18 Feb 2027, 22:00 Pacific/Auckland (09:00 UTC)",
        (
            "Case updates has been moved. The new entry is on its way to spam-enforcement@nz-dia.example; please "
            "answer again, here or there.",
        ),
        (
            ("When", "Thu 18 Feb 2027, 22:00-23:30 Pacific/Auckland (09:00-10:30 UTC)"),
            ("Before", "Wed 17 Feb 2027, 02:00-03:30 Pacific/Auckland (Tue 16 Feb 2027, 13:00-14:30 UTC)"),
        ),
    )
