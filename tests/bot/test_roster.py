"""The roster's files: read whole, refused with every problem, written as they were read."""

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.participants import ROLES_OF, ParticipantKind, Role, Sector, whole_roles
from bot.roster import BadRoster, Organisation, Person, Roster, read_roster, write_roster
from tests.cast import ROSTER

PARTICIPANTS = (ROSTER / "participants.csv").read_bytes()
CONTACTS = (ROSTER / "contacts.csv").read_bytes()

P_HEAD = "short_name,kind,name,country,sector,zone\n"
C_HEAD = "participant,name,email,role,zone,slack_id\n"
AGENCY = "us-ftc,agency,Federal Trade Commission,US,,America/New_York\n"
POINT = "us-ftc,Jane,jane@ftc.example,point_of_contact,,\n"


def problems(participants: str | bytes, contacts: str | bytes) -> list[str]:
    """Every problem of a roster, as told."""
    files = [text.encode() if isinstance(text, str) else text for text in (participants, contacts)]
    try:
        read_roster(*files)
    except BadRoster as refused:
        return [str(p) for p in refused.problems]
    return []


def of_participants(*rows: str, head: str = P_HEAD) -> list[str]:
    people = "".join(f"{r.split(',')[0]},X,x@{n}.example,contact,,\n" for n, r in enumerate(rows))
    return problems(head + "".join(rows), C_HEAD + people)


def of_contacts(*rows: str, participants: Sequence[str] = (AGENCY,), head: str = C_HEAD) -> list[str]:
    return problems(P_HEAD + "".join(participants), head + "".join(rows))


def test_the_example_roster_is_written_as_it_was_read() -> None:
    texts = write_roster(read_roster(PARTICIPANTS, CONTACTS))
    assert tuple(t.encode() for t in texts) == (PARTICIPANTS, CONTACTS)


def test_a_mark_of_byte_order_is_taken() -> None:
    marked = b"\xef\xbb\xbf"
    assert read_roster(marked + PARTICIPANTS, marked + CONTACTS) == read_roster(PARTICIPANTS, CONTACTS)


def test_line_ends_of_another_system_are_taken() -> None:
    assert read_roster(PARTICIPANTS.replace(b"\n", b"\r\n"), CONTACTS) == read_roster(PARTICIPANTS, CONTACTS)


def test_several_rows_of_one_address_are_one_contact_with_several_roles() -> None:
    rows = POINT + "us-ftc,Jane,JANE@ftc.example,secretariat,,U024BE7LH\n"
    roster = read_roster((P_HEAD + AGENCY).encode(), (C_HEAD + rows).encode())
    assert roster.contacts == (
        Person(
            "us-ftc", "Jane", "jane@ftc.example", frozenset({Role.POINT_OF_CONTACT, Role.SECRETARIAT}),
            "America/New_York", ("U024BE7LH",),
        ),
    )  # fmt: skip


def test_a_primary_contact_is_a_point_of_contact_without_a_row_for_it() -> None:
    roster = read_roster((P_HEAD + AGENCY).encode(), (C_HEAD + POINT.replace("point_of", "primary")).encode())
    assert roster.contacts[0].roles == {Role.PRIMARY_CONTACT, Role.POINT_OF_CONTACT}


def test_attending_is_yes_where_it_is_empty_or_has_no_column() -> None:
    head = C_HEAD.strip() + ",attending\n"
    rows = [POINT.strip() + f",{word}\n" for word in ("", "yes", "no")]
    rows = [row.replace("jane@", f"jane{n}@") for n, row in enumerate(rows)]
    roster = read_roster((P_HEAD + AGENCY).encode(), (head + "".join(rows)).encode())
    assert [p.attending for p in roster.contacts] == [True, True, False]


BAD_PARTICIPANTS = [
    ([AGENCY, AGENCY], "participants.csv:3: us-ftc stands in line 2 already."),
    ([AGENCY.replace("us-ftc", "")], "participants.csv:2: short_name is empty."),
    (
        [AGENCY.replace("us-ftc", "US-FTC")],
        "participants.csv:2: “US-FTC” is no short name: small letters and figures joined by -, as in us-ftc.",
    ),
    ([AGENCY.replace("Federal Trade Commission", " ")], "participants.csv:2: name is empty."),
    ([AGENCY.replace("agency", "agancy")], "participants.csv:2: “agancy” is no kind. Did you mean agency?"),
    (
        [AGENCY.replace("America", "Amerika")],
        "participants.csv:2: “Amerika/New_York” is no IANA time zone. Did you mean America/New_York? Write it as in "
        "Europe/Paris.",
    ),
    (
        [AGENCY.replace("America/New_York", "EST5")],
        "participants.csv:2: “EST5” is no IANA time zone. Write it as in Europe/Paris.",
    ),
    (
        [AGENCY.replace("America/New_York", "WET")],
        "participants.csv:2: “WET” is the zone of no place, and no command would read it back. Write Europe/Lisbon.",
    ),
    (
        [AGENCY.replace("America/New_York", "Etc/GMT+5")],
        "participants.csv:2: “Etc/GMT+5” is the zone of no place, and no command would read it back. Write it as in "
        "Europe/Paris.",
    ),
    ([AGENCY.replace("America/New_York", "")], "participants.csv:2: zone is empty."),
    (
        [AGENCY.replace("US", "USA")],
        "participants.csv:2: “USA” is no country: two capital letters (ISO 3166-1), as in NZ.",
    ),
    (
        ["bank,private_sector,Bank,GB,financial_institutoin,Europe/London\n"],
        "participants.csv:2: “financial_institutoin” is no sector. Did you mean financial_institution?",
    ),
    (["us-ftc,agency,FTC\n"], "participants.csv:2: This row has 3 fields, and the head has 6."),
    (
        [AGENCY.replace("Federal", "Fed\x00eral")],
        "participants.csv:2: There is a line break, a control character or a sign of direction in name. Take it out.",
    ),
    (
        [AGENCY.replace("Federal Trade", "\u202eFederal")],
        "participants.csv:2: There is a line break, a control character or a sign of direction in name. Take it out.",
    ),
]


@pytest.mark.parametrize(("rows", "says"), BAD_PARTICIPANTS)
def test_a_bad_participant_is_told_with_file_and_line(rows: list[str], says: str) -> None:
    assert says in of_participants(*rows)


BAD_CONTACTS = [
    ([POINT, POINT], "contacts.csv:3: The same address and role stand in line 2 already."),
    (
        [POINT, POINT.replace("us-ftc", "us-ftcc")],
        "contacts.csv:3: There is no participant “us-ftcc” in participants.csv. Did you mean us-ftc?",
    ),
    ([POINT.replace("jane@ftc.example", "")], "contacts.csv:2: email is empty."),
    (
        [POINT.replace("@ftc", " at ftc")],
        "contacts.csv:2: “jane at ftc.example” is no e-mail address. Write it as name@organisation.example.",
    ),
    ([POINT.replace("point_of_contact", "")], "contacts.csv:2: role is empty."),
    (
        [POINT.replace("point_of", "point-of")],
        "contacts.csv:2: “point-of_contact” is no role. Did you mean point_of_contact?",
    ),
    (
        [POINT.replace("point_of_contact", "liaison")],
        "contacts.csv:2: A contact of us-ftc (agency) is no liaison. Write point_of_contact or primary_contact or "
        "secretariat or contact.",
    ),
    (
        [POINT.replace(",,\n", ",Paris,\n")],
        "contacts.csv:2: “Paris” is no IANA time zone. Write it as in Europe/Paris.",
    ),
    (
        [POINT.replace(",,\n", ",,jane\n")],
        "contacts.csv:2: “jane” is no id of a Slack user, which look like U024BE7LH.",
    ),
    (
        [POINT, POINT.replace("point_of_contact,,", "secretariat,Europe/Paris,")],
        "contacts.csv:3: jane@ftc.example has another zone in line 2. Write the same in all its rows.",
    ),
]


@pytest.mark.parametrize(("rows", "says"), BAD_CONTACTS)
def test_a_bad_contact_is_told_with_file_and_line(rows: list[str], says: str) -> None:
    assert says in of_contacts(*rows)


def test_a_country_with_two_primary_contacts_is_refused() -> None:
    first, second = POINT.replace("point_of", "primary"), POINT.replace("point_of", "primary").replace("jane", "joe")
    assert of_contacts(first, second) == [
        "contacts.csv:3: The primary contact of US is jane@ftc.example in line 2 already. There is one."
    ]


def test_a_representative_with_two_spam_enforcement_contacts_is_refused() -> None:
    bank = "bank,private_sector,Bank,GB,financial_institution,Europe/London\n"
    rows = [f"bank,{n},{n}@bank.example,spam_enforcement_contact,,\n" for n in ("a", "b")]
    assert of_contacts(*rows, participants=[bank]) == [
        "contacts.csv:3: The spam enforcement contact of bank is a@bank.example in line 2 already. There is one."
    ]


def test_one_address_in_two_organisations_is_refused() -> None:
    fcc = "us-fcc,agency,FCC,US,,America/New_York\n"
    other = POINT.replace("us-ftc", "us-fcc").replace("point_of", "primary")
    rows = [POINT, other, "us-fcc,X,x@fcc.example,contact,,\n"]
    assert of_contacts(*rows, participants=[AGENCY, fcc]) == [
        "contacts.csv:3: jane@ftc.example is a contact of us-ftc in line 2. Nobody speaks for two organisations: use "
        "two addresses."
    ]


def test_one_slack_user_for_two_contacts_is_refused() -> None:
    rows = [POINT.replace(",,\n", ",,U024BE7LH\n"), "us-ftc,Joe,joe@ftc.example,contact,,U024BE7LH\n"]
    assert of_contacts(*rows) == [
        "contacts.csv:3: The Slack user U024BE7LH is jane@ftc.example in line 2 already. There is one."
    ]


def test_a_participant_of_whom_nobody_attends_is_refused() -> None:
    head, row = C_HEAD.strip() + ",attending\n", POINT.strip() + ",no\n"
    assert of_contacts(row, head=head) == [
        "participants.csv:2: Nobody of us-ftc attends. Name at least one contact who does."
    ]


def test_a_file_that_is_not_utf_8_is_told_with_the_line() -> None:
    latin = (P_HEAD + AGENCY + "fr-cnil,agency,libertés,FR,,Europe/Paris\n").encode("latin-1")
    assert problems(latin, C_HEAD + POINT) == [
        "participants.csv:3: This is not UTF-8 (the octet 0xe9). Save the file as UTF-8."
    ]


def test_missing_unknown_and_doubled_columns_are_told_together() -> None:
    assert problems("short_name,kind,kind,nom\n", C_HEAD) == [
        "participants.csv:1: Columns are missing: name, country, sector, zone. There are no such columns: nom. Columns "
        "come twice: kind. The head is short_name,kind,name,country,sector,zone."
    ]


def test_an_empty_file_is_told_with_the_head_that_it_lacks() -> None:
    assert problems(P_HEAD, "") == [
        "contacts.csv:1: The file is empty. Its first line names the columns: "
        "participant,name,email,role,zone,slack_id."
    ]


def test_a_quote_without_an_end_is_told_with_the_line_it_opens_in() -> None:
    told = of_contacts(POINT, 'us-ftc,"Joe,joe@ftc.example,contact,,\n', POINT)
    assert told == ["contacts.csv:3: From here on it is no CSV (unexpected end of data). Close every quote."]


def test_all_problems_of_both_files_are_told_at_once_in_order() -> None:
    with pytest.raises(BadRoster) as refused:
        read_roster((P_HEAD + AGENCY.replace("US", "")).encode(), (C_HEAD + POINT.replace("jane@", "")).encode())
    assert refused.value.says == (
        "Nothing was imported. The roster has 2 problems; mend them and import it again:\n"
        "participants.csv:2: country is empty. Give two capital letters (ISO 3166-1), as in NZ.\n"
        "contacts.csv:2: “ftc.example” is no e-mail address. Write it as name@organisation.example."
    )


# --- the law ---

NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12)
ZONES = st.sampled_from(["Europe/Paris", "America/New_York", "Pacific/Auckland", "UTC"])


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    """Rosters that keep every rule: a country of its own for each participant, somebody who attends."""
    organisations, people = [], []
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(list(ParticipantKind)))
        short, country = f"org-{number}", "" if kind is ParticipantKind.OBSERVER else f"A{chr(65 + number)}"
        sector = draw(st.sampled_from(list(Sector))) if kind is ParticipantKind.PRIVATE_SECTOR else None
        organisations.append(Organisation(short, kind, draw(NAMES), country, sector, draw(ZONES)))
        for place in range(draw(st.integers(1, 3))):
            once = {Role.PRIMARY_CONTACT, Role.SPAM_ENFORCEMENT_CONTACT} if place else set()
            roles = draw(st.frozensets(st.sampled_from([r for r in ROLES_OF[kind] if r not in once] or [None])))
            users = draw(st.lists(st.integers(0, 99), max_size=3, unique=True))
            ids = tuple(f"U{number}{place}X{user:02}" for user in sorted(users))
            held = whole_roles(r for r in roles if r is not None)
            attending = place == 0 or draw(st.booleans())
            email = f"{short}.{place}@x.example"
            people.append(Person(short, draw(NAMES), email, held, draw(ZONES), ids, attending))
    return Roster(tuple(organisations), tuple(people))


def test_of_thousands_of_bad_lines_the_first_words_alone_are_looked_for() -> None:
    """Each look takes milliseconds: a file with its short names in capitals took half a minute to be refused."""
    rows = [f"us-ftc-{n},Jane,jane{n}@ftc.example,contact,,\n" for n in range(80)]
    told = of_contacts(*rows, rows[0].replace("jane", "joe"))
    hinted = [line.endswith("Did you mean us-ftc?") for line in told if "There is no participant" in line]
    assert hinted == [True] * 50 + [False] * 30 + [True]


@given(rosters())
def test_what_is_written_is_read_back_as_the_same(roster: Roster) -> None:
    assert read_roster(*(text.encode() for text in write_roster(roster))) == roster


@given(st.sampled_from(["", "'", "''"]), st.sampled_from("=+-@"), NAMES)
def test_a_name_that_a_table_would_compute_is_written_as_text_and_read_back_as_it_was(
    before: str, sign: str, rest: str
) -> None:
    agency = Organisation("org", ParticipantKind.AGENCY, f"{before}{sign}{rest}", "AA", None, "UTC")
    person = Person("org", f"{before}{sign}{rest}", "+a@x.example", frozenset(), "UTC")
    roster = Roster((agency,), (person,))
    texts = write_roster(roster)
    cells = [cell for text in texts for row in csv.reader(io.StringIO(text)) for cell in row]
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []
    assert read_roster(*(text.encode() for text in texts)) == roster


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_octets_are_a_roster_or_refused_with_a_line(participants: bytes, contacts: bytes) -> None:
    assert all(
        line.startswith(("participants.csv:", "contacts.csv:"))
        for line in problems(P_HEAD.encode() + participants, C_HEAD.encode() + contacts)
    )
