"""Rooms on a Jitsi: a token for one person, one room and one time, as RFC 7515 and 7519 want it."""

import base64
import json
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.jitsi import Jitsi, signed

START = datetime(2027, 2, 16, 13, 0, tzinfo=UTC)
JITSI = Jitsi("https://meet.example:8443/", "lap", "a-secret")


def claims_of(token: str) -> dict[str, object]:
    middle = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    return found


def test_a_token_is_signed_as_everybody_signs_it() -> None:
    claims = {"sub": "1234567890", "name": "John Doe", "iat": 1516239022}
    assert signed(claims, "your-256-bit-secret") == (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9"
        ".eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIiwiaWF0IjoxNTE2MjM5MDIyfQ"
        ".SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c"
    )


def test_an_entrance_is_for_one_person_one_room_and_one_time() -> None:
    room = JITSI.room("Ab12")
    address, _, token = JITSI.entrance(room, "c1", "Jane Doe", START, START + timedelta(minutes=30)).partition("?jwt=")
    assert (address, claims_of(token)) == (
        "https://meet.example:8443/ab12",
        {
            "iss": "lap", "aud": "lap", "sub": "meet.example", "room": "ab12", "nbf": 1802782800, "exp": 1802784600,
            "context": {"user": {"id": "c1", "name": "Jane Doe"}},
        },
    )  # fmt: skip


def test_its_text_never_shows_the_secret() -> None:
    assert "a-secret" not in repr(JITSI)


@given(st.text(), st.text(), st.text(min_size=1))
def test_no_other_claim_has_the_same_signature(one: str, other: str, secret: str) -> None:
    first, second = (signed({"room": room}, secret) for room in (one, other))
    assert (first == second) == (one == other)
