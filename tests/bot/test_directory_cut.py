"""What of the directory each reader may have (barrier.md, Bound)."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.audience import cut_directory
from bot.participants import Contact, Participant, ParticipantKind, Reader, Role
from tests.cast import NOW

FTC = Participant("a", "us-ftc", ParticipantKind.AGENCY, "FTC", "US", None, "America/New_York")
OECD = Participant("b", "oecd", ParticipantKind.OBSERVER, "OECD", "", None, "Europe/Paris")
BANK = Participant("c", "harbour", ParticipantKind.PRIVATE_SECTOR, "Harbour Bank", "GB", None, "Europe/London")
EVERY = (FTC, OECD, BANK)


def person(name: str, of: Participant, *roles: Role, shown: bool = False) -> Contact:
    return Contact(name, of.id, name, f"{name}@{of.short_name}.example", of.zone, frozenset(roles), shown=shown)


def reader(of: Participant, *, secretariat: bool = False) -> Reader:
    return Reader("somebody", of.id, of.kind, secretariat)


PEOPLE = (
    person("secretary", FTC, Role.SECRETARIAT),
    person("shown", FTC, shown=True),
    person("hidden", FTC),
    person("liaison", OECD, Role.LIAISON, shown=True),
    person("desk", BANK),
)


def names(of: Participant, *, secretariat: bool = False) -> list[str]:
    found = cut_directory(reader(of, secretariat=secretariat), EVERY, PEOPLE)
    return [p.name for o in found for p in o.people]


def test_a_representative_reads_its_own_people_the_secretariat_and_who_chose_to_be_shown() -> None:
    assert names(BANK) == ["desk", "secretary", "shown"]


def test_an_observer_reads_the_same_for_its_own_organisation() -> None:
    assert names(OECD) == ["liaison", "secretary", "shown"]


def test_agencies_and_the_secretariat_read_everybody() -> None:
    assert names(FTC) == names(FTC, secretariat=True) == ["desk", "liaison", "hidden", "secretary", "shown"]


def test_zone_and_attendance_of_others_are_not_a_guests_to_know() -> None:
    seen = {p.name: (p.zone, p.attending) for o in cut_directory(reader(BANK), EVERY, PEOPLE) for p in o.people}
    assert seen == {"desk": ("Europe/London", True), "secretary": (None, None), "shown": (None, None)}


def test_who_left_or_was_removed_is_shown_to_nobody() -> None:
    gone = [replace(p, removed_at=NOW) for p in PEOPLE if p.participant_id != "c"]
    found = cut_directory(reader(FTC, secretariat=True), (FTC, replace(BANK, left_at=NOW)), [*gone, PEOPLE[-1]])
    assert [(o.short_name, o.people) for o in found] == [("us-ftc", ())]


HIDDEN = st.lists(st.builds(person, st.text("xyz", min_size=1, max_size=4), st.sampled_from([FTC, OECD])), max_size=4)


@given(HIDDEN, st.booleans())
def test_who_is_hidden_from_a_guest_changes_nothing_that_it_reads(more: list[Contact], another: bool) -> None:
    unknown = Participant("d", "nz-dia", ParticipantKind.AGENCY, "DIA", "NZ", None, "Pacific/Auckland")
    participants = (*EVERY, unknown) if another else EVERY
    assert cut_directory(reader(BANK), participants, (*PEOPLE, *more)) == cut_directory(reader(BANK), EVERY, PEOPLE)
