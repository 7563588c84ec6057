"""Who is who in Slack: codes by mail, links that wait, ties undone, the first secretariat."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.contact_words import NewContact
from bot.errors import Conflict, NotEntitled, NotFound, Refusal
from bot.participants import Role
from bot.proposing import read_proposal
from handlers.agenda import propose_item
from handlers.calls import show_call
from handlers.contacts import add_contact, remove_contact
from handlers.desk import Actor, ActorChanged
from handlers.identity import (
    FirstSecretariat,
    Profile,
    actor_of,
    ensure_first_secretariat,
    nobody,
    presser_of,
    who_am_i,
)
from handlers.link_codes import ask_code, code_of, enter_code
from handlers.linking import confirm_link, follow_profile, link_contact, unlink
from handlers.settings import Settings
from storage import directory
from storage.tables import SlackCodeRow, columns
from tests.cast import NOW, Cast
from tests.lists import DAY, with_call
from tests.told import Told

TEAM, USER = "T1", "U024BE7LH"
ICO, OFFICER = "spam-enforcement@gb-ico.example", "officer@gb-ico.example"
STRANGER = Profile(None, full_member=True)


def known(cast: Cast, user: str = USER, profile: Profile | None = STRANGER) -> str | None:
    """The address of whom a Slack user is taken for."""
    actor = actor_of(cast.desk, TEAM, user, None, lambda: profile)
    return actor.contact.email if actor else None


def mailed(told: Told, to: str = ICO) -> str:
    """The code that is mailed to *to* now."""
    notice = next(n for who, n in told.mails("iam") if who == to)
    return re.findall(r"/lap iam ([0-9A-Z]{6})$", notice.paragraphs[1])[0]


def entered(cast: Cast, told: Told, *, full_member: bool) -> bool:
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    done = enter_code(cast.desk, nobody(USER, None), TEAM, mailed(told), full_member=full_member)
    return done is not None and done.waits is not full_member


# --- by the profile ---


def test_a_full_member_is_known_by_the_address_of_the_profile(cast: Cast) -> None:
    assert known(cast, profile=Profile(ICO.upper(), full_member=True)) == ICO


def test_a_guest_with_a_contacts_address_is_nobody(cast: Cast) -> None:
    assert known(cast, profile=Profile(ICO, full_member=False)) is None


# --- by a code ---


def test_a_full_member_who_types_the_mailed_code_speaks_for_the_contact_at_once(cast: Cast) -> None:
    assert entered(cast, Told(cast), full_member=True)
    assert known(cast) == ICO


def test_a_code_is_taken_in_small_letters_and_with_the_signs_that_look_alike(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    typed = mailed(told).lower().replace("0", "o").replace("1", "l")
    assert enter_code(cast.desk, nobody(USER, None), TEAM, typed, full_member=True) is not None


def test_a_guest_waits_and_the_secretariat_is_asked_with_a_button_and_a_line(cast: Cast) -> None:
    told = Told(cast)
    assert entered(cast, told, full_member=False)
    assert known(cast) is None
    given_ = [(door.value, to, n) for k, door, to, n in told.now() if k == "link.waits"]
    assert sorted((door, to) for door, to, _ in given_) == [
        (door, f"secretariat@{org}.example") for door in ("mail", "slack") for org in ("gb-oft", "us-ftc")
    ]
    notice = given_[0][2]
    assert [(b.action, b.value) for b in notice.buttons] == [("contact.link", f"{TEAM}/{USER}")]
    assert notice.paragraphs[1] == (
        f"To confirm, press the button in Slack, or type `/lap contact link {ICO} to @NAME` there, with the name of "
        "the account."
    )


def test_a_guest_speaks_for_the_contact_once_the_secretariat_confirms(cast: Cast) -> None:
    told = Told(cast)
    assert entered(cast, told, full_member=False)
    confirm_link(cast.desk, cast.secretary, TEAM, USER)
    assert known(cast) == ICO
    assert [(to, n.subject) for to, n in told.mails("link.confirmed")] == [
        (ICO, f"A Slack account speaks for {ICO} now")
    ]


def test_a_link_is_confirmed_once(cast: Cast) -> None:
    assert entered(cast, Told(cast), full_member=True)
    with pytest.raises(Conflict) as refused:
        confirm_link(cast.desk, cast.secretary, TEAM, USER)
    assert refused.value.says == (
        "That account asks for nothing any more. `/lap contact link EMAIL to @USER` ties one at any time."
    )


def test_no_code_is_mailed_for_an_address_of_nobody(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, "nobody@nowhere.example")
    assert told.now() == []


def test_a_second_code_within_a_minute_is_not_mailed(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    assert len(told.mails("iam")) == 1


def test_asking_for_others_in_between_mails_nobody_a_second_code_within_a_minute(cast: Cast) -> None:
    told = Told(cast)
    codes = []
    for email in (ICO, "spam-enforcement@nz-dia.example", ICO, "nobody@nowhere.example", ICO):
        ask_code(cast.desk, nobody(USER, None), TEAM, email)
        codes += [(to, re.findall(r"[0-9A-Z]{6}$", n.paragraphs[1])[0]) for to, n in told.mails("iam")]
        cast.clock.advance(seconds=10)
    assert [to for to, _ in codes] == [ICO, "spam-enforcement@nz-dia.example"]
    done = enter_code(cast.desk, nobody(USER, None), TEAM, codes[0][1], full_member=True)
    assert (done.contact.email if done else None) == ICO


def test_only_the_last_code_is_mailed_where_two_were_asked_for(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    cast.clock.advance(minutes=2)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    assert len(told.mails("iam")) == 1


def test_a_code_is_good_for_ten_minutes(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    code = mailed(told)
    cast.clock.advance(minutes=10)
    assert enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True) is None


def test_a_code_is_good_for_five_tries(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    code = mailed(told)
    for _ in range(5):
        assert enter_code(cast.desk, nobody(USER, None), TEAM, "WRONG2", full_member=True) is None
    assert enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True) is None


def test_a_code_has_no_further_tries_where_another_was_asked_for_in_between(cast: Cast) -> None:
    told, user = Told(cast), nobody(USER, None)
    ask_code(cast.desk, user, TEAM, ICO)
    code = mailed(told)
    for _ in range(5):
        enter_code(cast.desk, user, TEAM, "WRONG2", full_member=True)
    for email in ("nobody@nowhere.example", ICO):
        cast.clock.advance(seconds=10)
        ask_code(cast.desk, user, TEAM, email)
    assert enter_code(cast.desk, user, TEAM, code, full_member=True) is None
    cast.clock.advance(minutes=2)
    ask_code(cast.desk, user, TEAM, ICO)
    assert enter_code(cast.desk, user, TEAM, mailed(told), full_member=True) is not None


def test_the_right_code_is_good_at_the_fifth_try(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    code = mailed(told)
    for _ in range(4):
        enter_code(cast.desk, nobody(USER, None), TEAM, "WRONG2", full_member=True)
    assert enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True) is not None


def test_a_code_is_good_once(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    code = mailed(told)
    enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True)
    assert enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True) is None


def test_a_code_that_was_good_once_is_not_good_again_where_another_is_asked_for_in_that_minute(cast: Cast) -> None:
    told, user = Told(cast), nobody(USER, None)
    ask_code(cast.desk, user, TEAM, ICO)
    used = mailed(told)
    assert enter_code(cast.desk, user, TEAM, used, full_member=True) is not None
    cast.clock.advance(seconds=10)
    ask_code(cast.desk, user, TEAM, ICO)
    fresh = mailed(told)
    assert enter_code(cast.desk, user, TEAM, used, full_member=True) is None
    assert enter_code(cast.desk, user, TEAM, fresh, full_member=True) is not None


def test_a_used_code_is_not_good_again_where_codes_for_others_are_asked_for_or_used_in_between(cast: Cast) -> None:
    told, user, other = Told(cast), nobody(USER, None), "spam-enforcement@nz-dia.example"
    used = set()
    for at, email in enumerate((ICO, other, ICO, "nobody@nowhere.example", ICO)):
        ask_code(cast.desk, user, TEAM, email)
        if email in (ICO, other):
            fresh = mailed(told, email)
            assert [c for c in used if enter_code(cast.desk, user, TEAM, c, full_member=True)] == []
            assert enter_code(cast.desk, user, TEAM, fresh, full_member=True) is not None
            used.add(fresh)
        cast.clock.advance(seconds=10 * (at > 1))
    assert len(used) == 4


def test_a_code_is_good_for_the_account_that_asked_for_it_only(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    assert enter_code(cast.desk, nobody("U999999", None), TEAM, mailed(told), full_member=True) is None


def test_a_code_is_kept_nowhere_in_clear(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    code = mailed(told)
    raw = cast.desk.store.engine.raw_connection()
    try:
        dump = "\n".join(raw.driver_connection.iterdump())  # type: ignore[union-attr]
    finally:
        raw.close()
    t = columns(SlackCodeRow)
    with cast.desk.store.read() as tx:
        assert len(tx.execute(select(t.code_sha256)).scalar_one()) == 64
    assert code not in dump


def test_a_code_mailed_before_the_secret_was_changed_is_made_again_with_the_old_one(cast: Cast) -> None:
    told = Told(cast)
    ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    old = cast.desk.settings
    rotated = old.model_copy(update={"lap_secret": Settings(_env_file=None, lap_secret="n" * 40).lap_secret})  # type: ignore[call-arg]
    cast.desk = replace(cast.desk, settings=rotated.model_copy(update={"lap_secret_old": old.lap_secret}))
    code = mailed(told)
    assert enter_code(cast.desk, nobody(USER, None), TEAM, code, full_member=True) is not None


def test_without_a_secret_no_code_is_made(cast: Cast) -> None:
    cast.desk = replace(cast.desk, settings=cast.desk.settings.model_copy(update={"lap_secret": None}))
    with pytest.raises(Refusal) as refused:
        ask_code(cast.desk, nobody(USER, None), TEAM, ICO)
    assert refused.value.says == "No code can be made: LAP_SECRET is not set. Tell whoever runs the bot."


IDS = st.text("ABC123", min_size=1, max_size=6)


@given(st.tuples(IDS, IDS, IDS), st.tuples(IDS, IDS, IDS))
def test_a_code_depends_on_team_user_and_contact(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    codes = [code_of("s" * 32, *ids, NOW) for ids in (one, other)]
    assert (codes[0] == codes[1]) == (one == other)


# --- on the secretariat's word ---


def test_the_secretariat_ties_an_account_to_a_contact_at_once(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, USER)
    assert known(cast) == ICO


def test_an_account_tied_by_mention_is_known_from_whatever_team_slack_names(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, USER)
    assert actor_of(cast.desk, "T-PARTNER", USER, None, lambda: None) is not None


def test_an_account_speaks_for_one_contact(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, USER)
    link_contact(cast.desk, cast.secretary, "liaison@oecd.example", USER)
    assert known(cast) == "liaison@oecd.example"


def test_several_people_may_speak_for_one_mailbox(cast: Cast) -> None:
    for user in (USER, "U999999"):
        link_contact(cast.desk, cast.secretary, ICO, user)
    assert (known(cast), known(cast, "U999999")) == (ICO, ICO)


@pytest.mark.parametrize("by", ["user", "email"])
def test_an_account_whose_tie_was_undone_is_nobody_even_with_the_contacts_address_in_its_profile(
    cast: Cast, by: str
) -> None:
    profile = Profile(ICO, full_member=True)
    assert known(cast, profile=profile) == ICO
    unlink(cast.desk, cast.secretary, user_id=USER) if by == "user" else unlink(cast.desk, cast.secretary, email=ICO)
    assert known(cast, profile=profile) is None


def test_nobody_but_the_secretariat_ties_accounts(cast: Cast) -> None:
    with pytest.raises(NotEntitled) as refused:
        link_contact(cast.desk, cast.actor("gb-ico"), ICO, USER)
    assert refused.value.says == (
        "Only the secretariat can tie a Slack account to a contact. Ask it to, at calls@lap.example."
    )


def test_a_contact_that_is_not_there_cannot_be_tied(cast: Cast) -> None:
    with pytest.raises(NotFound) as refused:
        link_contact(cast.desk, cast.secretary, "nobody@nowhere.example", USER)
    assert refused.value.says == ("nobody@nowhere.example is no contact's address. `/lap directory` lists them.")


def test_a_tie_that_is_not_there_cannot_be_undone(cast: Cast) -> None:
    with pytest.raises(Conflict) as refused:
        unlink(cast.desk, cast.secretary, user_id=USER)
    assert refused.value.says == f"<@{USER}> is tied to nobody, so there is nothing to undo."


def test_a_removed_contacts_account_is_nobody(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, USER)
    with cast.desk.store.begin() as tx:
        found = directory.contact_by_email(tx, ICO)
        assert found is not None
        directory.update_contact(tx, replace(found[0], removed_at=cast.clock()))
    assert known(cast) is None


# --- the first secretariat ---


def with_first(cast: Cast, words: str) -> FirstSecretariat:
    cast.desk = replace(cast.desk, settings=cast.desk.settings.model_copy(update={"lap_secretariat": words}))
    return ensure_first_secretariat(cast.desk)


def roles(cast: Cast, email: str) -> frozenset[Role]:
    return cast.by_email(email).contact.roles


def test_the_contacts_that_the_setting_names_get_the_secretariats_role(cast: Cast) -> None:
    assert with_first(cast, f"{ICO}, nobody@nowhere.example") == FirstSecretariat((ICO,), ("nobody@nowhere.example",))
    assert roles(cast, ICO) == {Role.POINT_OF_CONTACT, Role.SECRETARIAT}


def test_a_slack_user_that_the_setting_names_gets_the_role_when_it_is_tied(cast: Cast) -> None:
    assert with_first(cast, USER) == FirstSecretariat((), (USER,))
    assert known(cast, profile=Profile(ICO, full_member=True)) == ICO
    assert Role.SECRETARIAT in roles(cast, ICO)


def test_a_guest_whom_the_setting_names_gives_a_contact_no_role_before_the_tie_is_confirmed(cast: Cast) -> None:
    """Mail to that address, and whoever else speaks for it, would be the secretariat's."""
    with_first(cast, USER)
    entered(cast, Told(cast), full_member=False)
    waiting = roles(cast, ICO)
    confirm_link(cast.desk, cast.secretary, TEAM, USER)
    assert (Role.SECRETARIAT in waiting, Role.SECRETARIAT in roles(cast, ICO)) == (False, True)


def test_a_representative_never_becomes_the_secretariat(cast: Cast) -> None:
    desk = "abuse-desk@harbour-bank.example"
    assert with_first(cast, desk) == FirstSecretariat((), (desk,))


# --- who am I ---


def test_who_i_am_names_the_accounts_that_speak_for_the_same_mailbox(cast: Cast) -> None:
    link_contact(cast.desk, cast.secretary, ICO, USER)
    me: Actor = cast.by_email(ICO)
    assert who_am_i(cast.desk, me).users == ((USER, "secretariat"),)


# --- who acts is somebody else by now ---


def proposes(cast: Cast, actor: Actor) -> str:
    topics = cast.desk.procedure.topics
    return propose_item(cast.desk, actor, read_proposal(f"{DAY} A.3.a 5 Robocalls", topics)).item.reference


@pytest.mark.parametrize("by", ["removed", "untied"])
def test_a_word_that_waited_until_its_author_was_nobody_is_not_said(cast: Cast, by: str) -> None:
    with_call(cast)
    add_contact(cast.desk, cast.secretary, NewContact(OFFICER, "An officer", "gb-ico"))
    link_contact(cast.desk, cast.secretary, OFFICER, USER)
    actor = actor_of(cast.desk, TEAM, USER, None, lambda: None)
    assert actor is not None
    if by == "removed":
        remove_contact(cast.desk, cast.secretary, OFFICER)
    else:
        unlink(cast.desk, cast.secretary, user_id=USER)
    with pytest.raises(ActorChanged):
        proposes(cast, actor)


@pytest.mark.parametrize("by", ["removed", "untied"])
@pytest.mark.parametrize("at", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_who_was_removed_before_their_question_was_read_is_shown_and_refused_nothing(
    request: pytest.FixtureRequest, at: str, by: str
) -> None:
    """They were answered once more, with what had been entered meanwhile."""
    cast: Cast = request.getfixturevalue("cast" if at == "sqlite" else "postgres_cast")
    with_call(cast)
    add_contact(cast.desk, cast.secretary, NewContact(OFFICER, "An officer", "gb-ico"))
    link_contact(cast.desk, cast.secretary, OFFICER, USER)
    actor = actor_of(cast.desk, TEAM, USER, None, lambda: None)
    assert actor is not None
    assert show_call(cast.desk, actor, DAY).view.title == "Case updates"
    proposes(cast, cast.actor("fr-cnil"))
    assert show_call(cast.desk, actor, DAY).view.title == "Case updates"
    if by == "removed":
        remove_contact(cast.desk, cast.secretary, OFFICER)
    else:
        unlink(cast.desk, cast.secretary, user_id=USER)
    for asked in (DAY, "2027-12-24"):
        with pytest.raises(ActorChanged):
            show_call(cast.desk, actor, asked)


def test_who_presses_a_button_when_they_are_removed_is_shown_nothing(cast: Cast) -> None:
    with_call(cast)
    add_contact(cast.desk, cast.secretary, NewContact(OFFICER, "An officer", "gb-ico"))
    link_contact(cast.desk, cast.secretary, OFFICER, USER)
    actor, _ = presser_of(cast.desk, TEAM, USER, None, "K7MPQ2", lambda: None)
    assert actor is not None
    assert show_call(cast.desk, actor, DAY).view.title == "Case updates"
    remove_contact(cast.desk, cast.secretary, OFFICER)
    with pytest.raises(ActorChanged):
        show_call(cast.desk, actor, DAY)


def test_a_word_that_waited_for_what_has_nothing_to_do_with_its_author_is_said(cast: Cast) -> None:
    with_call(cast)
    link_contact(cast.desk, cast.secretary, ICO, USER)
    actor = actor_of(cast.desk, TEAM, USER, None, lambda: None)
    assert actor is not None
    first = proposes(cast, cast.actor("fr-cnil"))
    assert proposes(cast, actor) != first


# --- a profile that changes ---


@pytest.mark.parametrize(
    ("profile", "after"),
    [
        (Profile(ICO.upper(), full_member=True), ICO),
        (Profile("abuse-desk@harbour-bank.example", full_member=True), None),
        (Profile(None, full_member=True), ICO),
        (Profile(ICO, full_member=False), None),
    ],
    ids=["as it was", "of another organisation", "without an address", "a guest by now"],
)
def test_a_user_is_known_by_the_profile_as_long_as_it_bears_the_address(
    cast: Cast, profile: Profile, after: str | None
) -> None:
    before = known(cast, profile=Profile(ICO, full_member=True))
    follow_profile(cast.desk, TEAM, USER, profile)
    assert (before, known(cast, profile=profile)) == (ICO, after)


def test_what_a_code_tied_stands_whatever_the_profile_says(cast: Cast) -> None:
    entered(cast, Told(cast), full_member=True)
    follow_profile(cast.desk, TEAM, USER, Profile("jane@elsewhere.example", full_member=True))
    assert known(cast) == ICO
