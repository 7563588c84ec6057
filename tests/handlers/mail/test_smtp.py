"""Owns the cases of ``smtp``: what becomes of one mail at servers that take, refuse, hang, drip and vanish."""

import asyncio
import re
import shutil
import socket
import ssl
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from handlers.mail.smtp import Later, NotSent, Server, Smtp, parse_url

SENDER, ANN = "calls@lap.example", "ann@agency.example"
MAIL = b"Subject: x\r\n\r\n.\r\n..\r\nlast line\r\n"
SECRET = "p:s/w@rd"
LIMIT = 0.4  # seconds: what a test of a silent server has to sit out


class Drop:
    """A mail drop whose recipients' names say what becomes of their mail, and how often."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, bytes]] = []
        self.sessions: set[int] = set()
        self.hosts: set[str] = set()
        self.first_time: set[str] = set()
        self.release = threading.Event()

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("forger"):
            return "550 5.7.1 Not your sender"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        match address.partition("@")[0]:
            case "nobody":
                return "550 5.1.1 No such\x1b person"
            case "grey" if address not in self.first_time:
                self.first_time.add(address)
                return "451 4.7.1 Greylisted, try again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        match address.partition("@")[0]:
            case "virus":
                return "554 5.7.1 Content refused"
            case "full":
                return "452 4.2.2 Mailbox full"
            case "hang":
                while not self.release.is_set():
                    await asyncio.sleep(0.01)
        assert isinstance(envelope.original_content, bytes)
        self.taken.append((address, envelope.original_content))
        self.sessions.add(id(session))
        self.hosts.add(session.host_name or "")
        if address.startswith("lost") and address not in self.first_time:
            self.first_time.add(address)
            assert server.transport is not None
            server.transport.abort()
        return "250 OK"


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Serve = Callable[..., tuple[Drop, int]]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts a drop, with aiosmtpd's own options, and answers it and its port."""
    running: list[tuple[Drop, Controller]] = []

    def start(port: int = 0, **options: object) -> tuple[Drop, int]:
        drop = Drop()
        controller = Controller(drop, hostname="127.0.0.1", port=port or free_port(), **options)
        controller.start()
        running.append((drop, controller))
        return drop, controller.port

    yield start
    for drop, controller in running:
        drop.release.set()
        controller.stop(no_assert=True)


def url(port: int, scheme: str = "smtp", user: str = "", query: str = "") -> str:
    return f"{scheme}://{user}127.0.0.1:{port}{query}"


def outcome(smtp: Smtp, to: str = ANN, sender: str = SENDER) -> str:
    """What became of one mail, in words."""
    try:
        smtp.send(sender, to, MAIL)
    except NotSent as why:
        return f"{type(why).__name__}: {why.says}"
    return "sent"


def test_a_mail_arrives_as_it_was_given(serve: Serve) -> None:
    drop, port = serve()
    Smtp(url(port)).send(SENDER, ANN, MAIL)
    assert drop.taken == [(ANN, MAIL)]


def test_mails_go_through_one_connection_that_greets_with_the_senders_domain(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    sent = [outcome(smtp) for _ in range(3)]
    assert (sent, len(drop.sessions), drop.hosts) == (["sent"] * 3, 1, {"lap.example"})


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("nobody@x.example", "Refused: 550 5.1.1 No such person"),
        ("virus@x.example", "Refused: 554 5.7.1 Content refused"),
        ("grey@x.example", "Later: 451 4.7.1 Greylisted, try again"),
        ("full@x.example", "Later: 452 4.2.2 Mailbox full"),
    ],
)
def test_a_no_is_for_good_or_for_now_and_the_connection_serves_the_next(to: str, said: str, serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    assert ([outcome(smtp), outcome(smtp, to), outcome(smtp)], len(drop.sessions)) == (["sent", said, "sent"], 1)


def test_a_greylisted_mail_is_taken_at_the_second_try(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    outcome(smtp, "grey@x.example")
    outcome(smtp, "grey@x.example")
    assert drop.taken == [("grey@x.example", MAIL)]


def test_a_refused_sender_is_no_recipients_fault(serve: Serve) -> None:
    _, port = serve()
    assert outcome(Smtp(url(port)), sender="forger@lap.example") == "Later: 550 5.7.1 Not your sender"


def test_a_mail_too_large_for_the_server_is_refused(serve: Serve) -> None:
    _, port = serve(data_size_limit=10)
    assert outcome(Smtp(url(port))) == "Refused: 552 Error: Too much mail data"


def test_a_connection_lost_after_the_final_dot_is_later_and_the_retry_is_equal(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    said = [outcome(smtp, "lost@x.example"), outcome(smtp, "lost@x.example")]
    assert (said, drop.taken) == (
        ["Later: The mail server closed the connection.", "sent"],
        [("lost@x.example", MAIL)] * 2,
    )


def test_a_silent_server_is_left_when_the_time_is_over(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port), timeout=LIMIT)
    said = [outcome(smtp, "hang@x.example"), outcome(smtp)]
    assert (said, drop.taken) == (["Slow: The mail server took over 0.4 seconds.", "sent"], [(ANN, MAIL)])


@pytest.mark.parametrize("greeting", [b"", b"220 drip\r\n"], ids=["banner", "first answer"])
def test_a_dripping_server_is_left_when_the_time_is_over(greeting: bytes) -> None:
    stop = threading.Event()
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:

        def drip() -> None:
            peer, _ = listener.accept()
            with closing(peer):
                peer.sendall(greeting)
                while not stop.wait(0.02):
                    try:
                        peer.sendall(b"2")
                    except OSError:
                        return

        with ThreadPoolExecutor(1) as pool:
            pool.submit(drip)
            said = outcome(Smtp(url(listener.getsockname()[1]), timeout=LIMIT))
            stop.set()
    assert said == "Unreachable: The mail server took over 0.4 seconds."


def test_a_connection_that_the_server_ended_is_made_anew(serve: Serve) -> None:
    _, port = serve(timeout=0.05)  # ends sessions that are idle for so long
    smtp = Smtp(url(port))
    first = outcome(smtp)
    assert smtp._client is not None
    assert smtp._client.sock is not None
    smtp._client.sock.recv(100, socket.MSG_PEEK)  # returns once the server has said, or done, something
    assert [first, outcome(smtp)] == ["sent", "sent"]


def test_a_server_that_is_not_there_is_later() -> None:
    said = "Unreachable: The mail server could not be reached, or was lost: Connection refused."
    assert outcome(Smtp(url(free_port()))) == said


def test_a_busy_server_is_not_waited_for_beyond_the_limit(serve: Serve) -> None:
    _, port = serve()
    smtp = Smtp(url(port), timeout=LIMIT)
    with smtp._lock:  # as a thread in the middle of a mail holds it
        assert outcome(smtp) == "Later: The mail server was busy with other mails for 0.4 seconds."


def test_threads_share_one_connection_and_each_mail_arrives_once(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    everybody = [f"p{n}@x.example" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        said = set(pool.map(lambda to: outcome(smtp, to), everybody))
    assert (said, sorted(to for to, _ in drop.taken), len(drop.sessions)) == ({"sent"}, sorted(everybody), 1)


def test_after_close_the_next_mail_makes_a_new_connection(serve: Serve) -> None:
    drop, port = serve()
    smtp = Smtp(url(port))
    outcome(smtp)
    smtp.close()
    smtp.close()
    assert (outcome(smtp), len(drop.taken)) == ("sent", 2)


def signs_in(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object) -> AuthResult:
    assert isinstance(data, LoginPassword)
    right = (data.login, data.password) == (b"us@er", SECRET.encode())
    return AuthResult(success=right, handled=right)


# No TLS: what signing in says is the same, and the certificate has tests of its own.
AUTH = {"authenticator": signs_in, "auth_required": True, "auth_require_tls": False}


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_user_and_password_come_from_the_url(serve: Serve) -> None:
    drop, port = serve(**AUTH)
    Smtp(url(port, user="us%40er:p%3As%2Fw%40rd@")).send(SENDER, ANN, MAIL)
    assert drop.taken == [(ANN, MAIL)]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_refused_password_is_later_and_never_told(serve: Serve) -> None:
    _, port = serve(**AUTH)
    smtp = Smtp(url(port, user="us%40er:wrong-secret@"))
    with pytest.raises(Later) as told:
        smtp.probe(SENDER)
    assert told.value.says == "The mail server refused the user or password of SMTP_URL (535)."
    assert "wrong-secret" not in repr(smtp._server) + "".join(traceback.format_exception(told.value))


def test_probe_sends_nothing(serve: Serve) -> None:
    drop, port = serve()
    Smtp(url(port)).probe(SENDER)
    assert drop.taken == []


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context, and a client's that trusts it for 127.0.0.1."""
    if shutil.which("openssl") is None:
        pytest.skip("mail over TLS: openssl, which makes the certificate, is not installed")
    folder: Path = tmp_path_factory.mktemp("tls")
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(cert, key)
    return server, ssl.create_default_context(cafile=str(cert))


def test_starttls_carries_the_mail(certificate: tuple[ssl.SSLContext, ssl.SSLContext], serve: Serve) -> None:
    drop, port = serve(tls_context=certificate[0], require_starttls=True)
    Smtp(url(port, query="?starttls=1"), tls=certificate[1]).send(SENDER, ANN, MAIL)
    assert drop.taken == [(ANN, MAIL)]


def test_smtps_carries_the_mail(certificate: tuple[ssl.SSLContext, ssl.SSLContext], serve: Serve) -> None:
    drop, port = serve(ssl_context=certificate[0])
    Smtp(url(port, scheme="smtps"), tls=certificate[1]).send(SENDER, ANN, MAIL)
    assert drop.taken == [(ANN, MAIL)]


def test_an_unknown_certificate_gets_no_mail(certificate: tuple[ssl.SSLContext, ssl.SSLContext], serve: Serve) -> None:
    drop, port = serve(tls_context=certificate[0])
    said = outcome(Smtp(url(port, query="?starttls=1")))
    assert (re.sub(r" \(_ssl.*", "", said), drop.taken) == (
        "Unreachable: The mail server could not be reached, or was lost: [SSL: CERTIFICATE_VERIFY_FAILED] "
        "certificate verify failed: self-signed certificate",
        [],
    )


def test_a_server_without_starttls_gets_no_mail_when_it_is_asked_for(serve: Serve) -> None:
    drop, port = serve()
    said = outcome(Smtp(url(port, query="?starttls=1")))
    assert (said, drop.taken) == (
        "Unreachable: The mail server did not serve: STARTTLS extension not supported by server.",
        [],
    )


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("mail.example", 25, False, False, "", "")),
        ("smtp://mail.example:2525/", Server("mail.example", 2525, False, False, "", "")),
        ("smtp://mail.example?starttls=1", Server("mail.example", 587, False, True, "", "")),
        ("smtp://mail.example:25?starttls=0", Server("mail.example", 25, False, False, "", "")),
        ("smtps://u%40x:p%3A@mail.example", Server("mail.example", 465, True, False, "u@x", "p:")),
        ("smtp://[::1]:25", Server("::1", 25, False, False, "", "")),
    ],
)
def test_a_url_says_where_and_how(url: str, server: Server) -> None:
    assert parse_url(url) == server


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "mail.example",
        "smtp://",
        "http://mail.example",
        "smtps://mail.example?starttls=1",
        "smtp://mail.example?starttls=yes",
        "smtp://mail.example?tls=1",
        "smtp://mail.example/inbox",
        "smtp://user@mail.example",
        "smtp://user:hunter2@mail.example:port",
        "smtp://user:hunter2@mail.example:99999",
        "smtp://user:hunter2@[mail.example",
        "smtp://user:hunter2@mail..example",
    ],
)
def test_a_wrong_url_is_told_without_its_password(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^wants smtp://user:password@host:port") as told:
        parse_url(wrong)
    assert "hunter2" not in "".join(traceback.format_exception(told.value))


def test_a_server_in_a_text_shows_no_password() -> None:
    assert "hunter2" not in str(parse_url("smtp://user:hunter2@mail.example"))
