"""A value that is made of a row is like any other of its class: equal, frozen, and whole."""

from dataclasses import FrozenInstanceError, dataclass, fields

import pytest

from bot.attendees import Admission, AdmissionState
from storage.values import maker


@dataclass(frozen=True, slots=True)
class Checked:
    """A value that looks at itself when it is made."""

    minutes: int

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError("A part takes time.")


def test_a_row_becomes_the_value_that_its_class_would_make() -> None:
    row = ["call", "part", "contact", "organisation", "approved", None, None, True, None]
    made = maker(Admission, state=AdmissionState)(row)
    said = Admission("call", "part", "contact", "organisation", AdmissionState.APPROVED, chosen=True)
    assert (type(made), made, hash(made), repr(made)) == (Admission, said, hash(said), repr(said))


def test_what_was_made_of_a_row_cannot_be_changed() -> None:
    made = maker(Admission)([None] * len(fields(Admission)))
    with pytest.raises(FrozenInstanceError):
        made.state = AdmissionState.APPROVED  # type: ignore[misc]


def test_a_row_that_lacks_a_field_is_refused() -> None:
    with pytest.raises(TypeError, match="window_ends_at"):
        maker(Admission)([None] * (len(fields(Admission)) - 1))


def test_a_class_that_checks_itself_is_not_made_of_rows() -> None:
    with pytest.raises(TypeError, match="Checked checks itself"):
        maker(Checked)
