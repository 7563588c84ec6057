"""Proves how a list is sent round and approved: who is told what, and who is invited."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refusal
from bot.notices import closing_of_mail
from bot.topics import AudienceKind
from handlers.announcing import announce_call
from handlers.attendee_views import attendees
from handlers.attendees import admit
from handlers.calls import add_call
from handlers.circulation import (
    approve_chosen,
    approve_list,
    circulate,
    look_at_choice,
)
from handlers.looking import Wish
from handlers.objecting import Asked
from handlers.objections import object_to_access
from handlers.segments import add_segment
from handlers.slack.door import text_of
from tests.bot.refusals import refusal_of
from tests.cast import NOW, Cast
from tests.lists import DAY, START, Sent, arrive, leave, told, with_call, with_item, with_names

LOOK = Wish("look")
BANK, NET, OECD = "c-abuse-desk@harbour-bank.example", "c-abuse-desk@meridian-net.example", "c-liaison@oecd.example"

LATER = START + timedelta(days=30)


def circulated(cast: Cast, *names: str) -> str:
    call_id = with_names(cast, *names)
    circulate(cast.desk, cast.secretary, DAY, None)
    arrive(cast)
    return call_id


def rounds(sent: list[Sent], short_name: str) -> list[Sent]:
    return [s for s in sent if s.kind == "circulation" and s.email.endswith(f"@{short_name}.example")]


def invited(sent: list[Sent]) -> list[str]:
    return sorted({s.email for s in sent if s.kind == "invitation"})


def test_every_agency_invited_gets_the_names_by_mail_and_slack(cast: Cast) -> None:
    with_names(cast)
    arrive(cast)
    circulate(cast.desk, cast.secretary, DAY, None)
    sent = leave(cast)
    mailed = {s.email for s in sent if s.kind == "circulation" and s.door == "mail"}
    assert (len(mailed), {s.door for s in rounds(sent, "fr-cnil")}, rounds(sent, "harbour-bank")) == (
        35,
        {"mail", "slack"},
        [],
    )


def test_only_the_mail_of_a_round_asks_for_an_answer_by_mail(cast: Cast) -> None:
    with_names(cast)
    arrive(cast)
    circulate(cast.desk, cast.secretary, DAY, None)
    how = (
        "To object, press the button in Slack or send `/lap object WHO to 2027-02-16` there. No reason is needed, and "
        "nobody but the secretariat learns of it."
    )
    by_mail = "Or answer this mail and name whom and for which part: the secretariat enters it for you."
    asked = {s.door: s.notice for s in rounds(leave(cast), "fr-cnil")}
    assert (closing_of_mail(asked["mail"]), text_of(asked["slack"]).splitlines()[-1]) == ((how, by_mail), how)


def test_a_round_names_people_parts_what_each_presents_and_the_end_in_the_readers_zone(cast: Cast) -> None:
    call_id = with_names(cast, "harbour-bank", "oecd")
    with_item(cast, call_id, "harbour-bank", "Mule accounts")
    arrive(cast)
    circulate(cast.desk, cast.secretary, DAY, datetime(2027, 1, 20, 16, 0, tzinfo=UTC))
    notice = rounds(leave(cast), "jp-mic")[0].notice
    assert (notice.items, notice.facts, [(b.action, b.value) for b in notice.buttons]) == (
        (
            "Harbour Bank (Spam enforcement contact): Reports; to present: TLP:AMBER Mule accounts",
            "Organisation for Economic Co-operation and Development (Liaison): Reports",
        ),
        (("The time to object ends", "Thu 21 Jan 2027, 01:00 Asia/Tokyo (Wed 20 Jan 2027, 16:00 UTC)"),),
        [("object", call_id)],
    )


def test_the_time_to_object_is_five_working_days_unless_said(cast: Cast) -> None:
    with_names(cast)
    assert circulate(cast.desk, cast.secretary, DAY, None, LOOK).ends_at == NOW + timedelta(days=7)


def test_names_added_later_go_round_alone(cast: Cast) -> None:
    circulated(cast, "oecd")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    notice = rounds(leave(cast), "fr-cnil")[0].notice
    assert notice.items == ("Harbour Bank (Spam enforcement contact): Reports",)


def test_the_time_to_object_ends_with_the_last_round(cast: Cast) -> None:
    with_names(cast, "oecd")
    circulate(cast.desk, cast.secretary, DAY, NOW + timedelta(days=20))
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    ends = {attendees(cast.desk, who, DAY).window_ends_at for who in (cast.secretary, cast.actor("fr-cnil"))}
    assert ends == {NOW + timedelta(days=20)}


def test_an_agency_is_told_nothing_of_a_part_that_it_may_not_hear(cast: Cast) -> None:
    start = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
    add_call(cast.desk, cast.secretary, start, 60, "For two", only=("us-ftc", "fr-cnil"))

    announce_call(cast.desk, cast.secretary, DAY)
    admit(cast.desk, cast.secretary, ["oecd"], DAY, ["1"])
    circulate(cast.desk, cast.secretary, DAY, None)
    sent = leave(cast)
    assert (len(rounds(sent, "fr-cnil")), rounds(sent, "jp-mic")) == (2, [])


def test_a_name_objected_to_is_not_sent_round(cast: Cast) -> None:
    with_names(cast, "harbour-bank", "oecd")
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    shown = circulate(cast.desk, cast.secretary, DAY, None, LOOK)
    assert [n.contact_id for n in shown.names] == [OECD]


@pytest.mark.parametrize(("stage", "says"), [
    ("draft", f"“Case updates” is a draft, and no Agency knows of it yet. Announce it first: `/lap announce {DAY}`."),
    ("empty", f"Nobody is on the list of Case updates yet. Put somebody on it first: `/lap admit WHO to {DAY}`."),
    ("done", "No name on the list of Case updates waits to be sent round: each that can be has been. "
             f"`/lap approve {DAY}` is next."),
    ("over", "“Case updates” is over, so its list stays as it is. `/lap calls` lists what is planned."),
])  # fmt: skip
def test_a_list_that_cannot_go_round_tells_the_next_step(cast: Cast, stage: str, says: str) -> None:
    if stage == "draft":
        add_call(cast.desk, cast.secretary, START, 60, "Case updates")
    elif stage == "empty":
        with_call(cast)
    else:
        circulated(cast)
    if stage == "over":
        cast.clock.at = START + timedelta(hours=3)
    assert refusal_of(lambda: circulate(cast.desk, cast.secretary, DAY, None)) == says


# --- approval ---


def test_approval_invites_at_once_those_approved_and_nobody_else(cast: Cast) -> None:
    circulated(cast, "harbour-bank", "meridian-net", "oecd")
    cast.clock.advance(days=8)
    arrive(cast)
    approve_list(cast.desk, cast.secretary, DAY, ["oecd"])
    assert invited(leave(cast)) == ["abuse-desk@harbour-bank.example", "abuse-desk@meridian-net.example"]


def test_before_the_windows_end_approval_needs_early(cast: Cast) -> None:
    circulated(cast)
    assert refusal_of(lambda: approve_list(cast.desk, cast.secretary, DAY)) == (
        "The Agencies may object until Mon 11 Jan 2027, 04:00 America/New_York (09:00 UTC). "
        f"To approve before that, send the same line with `early` at its end, as in `/lap approve {DAY} early`; "
        "that it was early is recorded."
    )


@pytest.mark.parametrize(("days", "early"), [(1, True), (8, False)])
def test_an_early_approval_is_recorded_and_only_that(cast: Cast, days: int, early: bool) -> None:
    circulated(cast)
    cast.clock.advance(days=days)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert attendees(cast.desk, cast.secretary, DAY).early is early


@pytest.mark.parametrize("left", [False, True])
def test_the_silence_of_an_agency_that_was_told_only_after_the_window_says_nothing(cast: Cast, left: bool) -> None:
    with_call(cast, LATER)
    admit(cast.desk, cast.secretary, ["harbour-bank"], f"{LATER:%Y-%m-%d}")
    ends = circulate(cast.desk, cast.secretary, f"{LATER:%Y-%m-%d}", None).ends_at
    cast.clock.at = ends  # the machine was down meanwhile
    if left:
        leave(cast)
    refused = refusal_of(lambda: approve_list(cast.desk, cast.secretary, f"{LATER:%Y-%m-%d}"))
    assert str(refused).startswith(
        "Word of these names left only after the time to object had ended, or has not left yet, for au-accc, au-acma, "
        "be-economy, ca-cb, ca-crtc and 28 more: that silence says nothing. To approve all the same, send the same "
        "line with `early`"
    )
    assert approve_list(cast.desk, cast.secretary, f"{LATER:%Y-%m-%d}", early=True).early


def test_names_that_were_not_circulated_are_not_approved(cast: Cast) -> None:
    circulated(cast, "oecd")
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    done = approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert ([n.contact_id for n in done.names], tuple(n.name for n in done.uncirculated)) == (
        [OECD],
        ("Harbour Bank (Spam enforcement contact)",),
    )


def test_approval_follows_circulation(cast: Cast) -> None:
    with_names(cast)
    assert refusal_of(lambda: approve_list(cast.desk, cast.secretary, DAY, early=True)) == (
        "No name that waits on the list of Case updates was circulated yet, and approval follows circulation (Plan "
        "B.3). "
        f"Send it round first: `/lap circulate {DAY}`."
    )


def test_approval_never_takes_a_name_objected_to(cast: Cast) -> None:
    circulated(cast, "harbour-bank", "oecd")
    object_to_access(cast.desk, cast.actor("fr-cnil"), Asked("harbour-bank"))
    done = approve_chosen(cast.desk, cast.secretary, with_id(cast), [BANK, OECD], early=True)
    assert ([n.contact_id for n in done.names], tuple(n.name for n in done.objected)) == (
        [OECD],
        ("Harbour Bank (Spam enforcement contact)",),
    )


def with_id(cast: Cast) -> str:
    return attendees(cast.desk, cast.secretary, DAY).call.id


def test_a_form_approves_exactly_those_chosen(cast: Cast) -> None:
    call_id = circulated(cast, "harbour-bank", "meridian-net", "oecd")
    offered = [n.contact_id for n in look_at_choice(cast.desk, cast.secretary, call_id).names]
    approve_chosen(cast.desk, cast.secretary, call_id, [NET], early=True)
    left = [n.contact_id for n in look_at_choice(cast.desk, cast.secretary, call_id).names]
    assert (offered, left) == ([BANK, NET, OECD], [BANK, OECD])


def test_approving_again_touches_only_additions(cast: Cast) -> None:
    circulated(cast, "oecd")
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    arrive(cast)
    admit(cast.desk, cast.secretary, ["harbour-bank"], DAY)
    circulate(cast.desk, cast.secretary, DAY, None)
    arrive(cast)
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    assert invited(leave(cast)) == ["abuse-desk@harbour-bank.example"]


def test_nobody_left_to_approve_is_said(cast: Cast) -> None:
    circulated(cast, "oecd")
    approve_list(cast.desk, cast.secretary, DAY, early=True)
    with pytest.raises(Refusal) as refused:
        approve_list(cast.desk, cast.secretary, DAY, early=True, wish=LOOK)
    assert refused.value.says == (
        f"Nobody on the list of Case updates waits for approval. `/lap attendees {DAY}` shows how it stands."
    )


def test_looking_changes_nothing(cast: Cast) -> None:
    circulated(cast)
    approve_list(cast.desk, cast.secretary, DAY, early=True, wish=LOOK)
    assert (told(leave(cast), "oecd"), attendees(cast.desk, cast.secretary, DAY).approved_at) == ([], None)


def test_an_agency_reads_no_end_of_the_time_to_object_to_names_that_it_may_not_know_of(cast: Cast) -> None:
    with_names(cast, "harbour-bank")
    add_segment(cast.desk, cast.secretary, DAY, AudienceKind.JOINT, 10, "Few", only=["fr-cnil", "meridian-net"])
    circulate(cast.desk, cast.secretary, DAY, None)
    before = attendees(cast.desk, cast.actor("jp-mic"), DAY)
    cast.clock.advance(days=4)
    admit(cast.desk, cast.secretary, ["meridian-net"], DAY, ["2"])
    circulate(cast.desk, cast.secretary, DAY, None)
    assert attendees(cast.desk, cast.actor("jp-mic"), DAY) == before
