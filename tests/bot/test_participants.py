"""The rules that hold of a directory as a whole, and of one entry in it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import NotUnderstood
from bot.participants import (
    NO_SECRETARIAT,
    ROLES_OF,
    Contact,
    Participant,
    ParticipantKind,
    Role,
    Sector,
    broken_rules,
    check_contact,
    check_participant,
    check_roles,
    former,
    member_of,
    other_kind,
    reader_of,
    whole_roles,
)

AGENCY = Participant("a", "us-ftc", ParticipantKind.AGENCY, "Federal Trade Commission", "US", None, "America/New_York")
SECOND = Participant("b", "us-fcc", ParticipantKind.AGENCY, "FCC", "US", None, "America/New_York")
BANK = Participant(
    "c", "harbour", ParticipantKind.PRIVATE_SECTOR, "Harbour Bank", "GB", Sector.FINANCIAL_INSTITUTION, "Europe/London"
)
POINT, PRIMARY, SPAM = Role.POINT_OF_CONTACT, Role.PRIMARY_CONTACT, Role.SPAM_ENFORCEMENT_CONTACT


def person(email: str, of: Participant, *roles: Role, attending: bool = True) -> Contact:
    return Contact(email, of.id, email, email, of.zone, frozenset(roles), attending)


S = person("s@ftc.example", AGENCY, Role.SECRETARIAT)


def test_whoever_was_brought_to_one_call_is_its_reader_and_no_secretariat() -> None:
    for contact in (S, person("x@ftc.example", AGENCY)):
        brought = replace(contact, only_call="call")
        for made in (reader_of, member_of):
            reader = made(brought, AGENCY)
            assert (reader.only_call, reader.secretariat, reader.is_proxy) == ("call", False, True)
            assert [reader.may_ask_of(c) for c in ("call", "other", None)] == [True, False, False]
            assert [reader.stands_for(o, c) for o, c in (("a", "call"), ("a", None), ("b", "call"))] == [
                True, False, False,
            ]  # fmt: skip
    assert reader_of(S, AGENCY).secretariat
    assert not member_of(S, AGENCY).secretariat


def test_nobody_who_left_may_ask_of_any_call() -> None:
    assert not former("x", "a", ParticipantKind.AGENCY).may_ask_of("call")
    assert not former("x", "a", ParticipantKind.AGENCY).may_ask_of(None)


def test_who_was_removed_or_whose_organisation_left_reads_with_nobodys_eyes() -> None:
    now = datetime(2027, 2, 16, tzinfo=UTC)
    nobodys = former(S.id, "a", ParticipantKind.AGENCY)
    for made in (reader_of, member_of):
        assert made(replace(S, removed_at=now), AGENCY) == made(S, replace(AGENCY, left_at=now)) == nobodys
    assert (nobodys.is_gone, reader_of(S, AGENCY).is_gone, reader_of(replace(S, only_call="c"), AGENCY).is_gone) == (
        True, False, False,
    )  # fmt: skip


@pytest.mark.parametrize("left_at", [None, datetime(2027, 1, 4, tzinfo=UTC)])
@pytest.mark.parametrize("kind", ParticipantKind)
def test_a_participant_never_changes_its_kind_not_even_by_leaving(
    left_at: datetime | None, kind: ParticipantKind
) -> None:  # fmt: skip
    refused = other_kind(replace(AGENCY, left_at=left_at), kind) is not None
    assert refused is (kind is not ParticipantKind.AGENCY)


def test_a_primary_contact_is_a_point_of_contact_too() -> None:
    assert whole_roles([PRIMARY]) == {PRIMARY, POINT}


def test_a_directory_where_everything_is_in_order_breaks_no_rule() -> None:
    assert broken_rules([AGENCY, BANK], [S, person("b@bank.example", BANK, SPAM)]) == ()


def test_somebody_of_each_participant_attends() -> None:
    asleep = person("b@bank.example", BANK, SPAM, attending=False)
    assert broken_rules([AGENCY, BANK], [S, asleep]) == (
        "Nobody of Harbour Bank would attend the calls. Name somebody in their place first.",
    )


def test_a_country_has_one_primary_contact_over_all_its_agencies() -> None:
    people = [S, person("x@ftc.example", AGENCY, PRIMARY), person("y@fcc.example", SECOND, PRIMARY)]
    assert broken_rules([AGENCY, SECOND], people) == (
        "US would have two primary contacts, x@ftc.example and y@fcc.example. A country has one (Plan A.2): let one of "
        "them be a point of contact first, or replace it.",
    )


def test_a_representative_has_one_spam_enforcement_contact() -> None:
    people = [S, person("x@bank.example", BANK, SPAM), person("y@bank.example", BANK, SPAM)]
    assert broken_rules([AGENCY, BANK], people) == (
        "harbour would have two spam enforcement contacts, x@bank.example and y@bank.example. A representative has one "
        "(Plan B.1): replace it, or add the second without that role.",
    )


def test_somebody_is_the_secretariat() -> None:
    assert broken_rules([AGENCY], [replace(S, roles=frozenset())]) == (NO_SECRETARIAT,)


@given(st.lists(st.sampled_from([person(f"{n}@{p.id}.example", p) for n in range(3) for p in (AGENCY, BANK)])))
def test_who_attends_for_one_participant_never_helps_another(people: list[Contact]) -> None:
    told = broken_rules([AGENCY, BANK], [S, *people])
    assert [t for t in told if "Harbour Bank" in t] == (
        [] if any(c.participant_id == "c" for c in people) else [told[0]]
    )


@given(st.sampled_from(list(ParticipantKind)), st.frozensets(st.sampled_from(list(Role))))
def test_exactly_the_roles_of_a_kind_are_taken(kind: ParticipantKind, roles: frozenset[Role]) -> None:
    def taken() -> bool:
        try:
            check_roles(roles, replace(AGENCY, kind=kind))
        except NotUnderstood:
            return False
        return True

    assert taken() == (roles <= set(ROLES_OF[kind]))


REFUSED_PARTICIPANTS = [
    ({"short_name": "US FTC"}, "“US FTC” is no short name: small letters and figures joined by -, as in us-ftc."),
    ({"name": ""}, "What is us-ftc called? Give its name in quotes."),
    ({"name": "x" * 201}, "That name has 201 characters, and 200 fit. Shorten it."),
    ({"country": "usa"}, "“usa” is no country: two capital letters (ISO 3166-1), as in NZ."),
    ({"country": ""}, "country is empty. Give two capital letters (ISO 3166-1), as in NZ."),
    (
        {"sector": Sector.MOBILE_OPERATOR},
        "Only private sector representatives have a sector. Leave it empty.",
    ),
]


@pytest.mark.parametrize(("change", "says"), REFUSED_PARTICIPANTS)
def test_a_participant_that_cannot_be_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        check_participant(replace(AGENCY, **change))  # type: ignore[arg-type]
    assert refused.value.says == says


REFUSED_CONTACTS = [
    ("jane", "Jane", "“jane” is no e-mail address that I can use. Write it as name@organisation.example."),
    (
        "j@x.example",
        "",
        'Whose address is j@x.example? Give the name in quotes, as in `j@x.example "Jane Doe"`.',
    ),
]


@pytest.mark.parametrize(("email", "name", "says"), REFUSED_CONTACTS)
def test_a_contact_that_cannot_be_is_refused(email: str, name: str, says: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        check_contact(email, name)
    assert refused.value.says == says


def test_a_role_of_another_kind_is_refused() -> None:
    with pytest.raises(NotUnderstood) as refused:
        check_roles([PRIMARY], BANK)
    assert refused.value.says == (
        "A contact of Harbour Bank is no primary contact. It may be spam enforcement contact, or none."
    )
