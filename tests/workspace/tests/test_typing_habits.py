"""Owns the laws of what is sent to a bot: what typing makes of a text, what a signature covers."""

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import Clock, SignatureVerifier

from tests.workspace.delivery import Delivery, signed_headers
from tests.workspace.typing_habits import typed

NOW = 1_800_000_000
readable = st.text(st.characters(codec="utf-8"))


class Stopped(Clock):
    """A clock of the verifier's kind, at one moment."""

    def now(self) -> float:
        return float(NOW)


@given(st.text())
def test_what_was_typed_is_had_back_by_undoing_three_escapes(text: str) -> None:
    arrived = typed(text, should_escape=False, user=lambda _: None, channel=lambda _: None)
    undone = arrived.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert undone == text.strip()


@given(st.text(alphabet="ab <>&@#.:/|"))
def test_nothing_typed_can_pretend_to_be_markup(text: str) -> None:
    arrived = typed(text, should_escape=True, user=lambda _: None, channel=lambda _: None)
    assert "<@" not in arrived
    assert "<!" not in arrived


@given(readable, st.integers(NOW - 600, NOW + 600))
def test_the_real_verifier_takes_a_signature_for_five_minutes(text: str, moment: int) -> None:
    headers = signed_headers("a secret", text.encode(), timestamp=moment)
    verifier = SignatureVerifier("a secret", Stopped())
    assert verifier.is_valid_request(text.encode(), headers) == (abs(moment - NOW) <= 300)


@given(readable, readable)
def test_a_signature_covers_one_body_only(signed: str, sent: str) -> None:
    headers = signed_headers("a secret", signed.encode(), timestamp=NOW)
    assert SignatureVerifier("a secret", Stopped()).is_valid_request(sent.encode(), headers) == (signed == sent)


@given(st.dictionaries(readable.filter(bool), readable, max_size=5))
def test_a_form_is_read_back_as_it_was_sent(fields: dict[str, str]) -> None:
    sent = Delivery("slash_commands", fields)
    assert dict(parse_qsl(sent.body.decode(), keep_blank_values=True)) == sent.payload
