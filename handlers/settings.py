"""Owns the settings read from the environment, checked at once and by name; what they are used for is wiring's."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BeforeValidator, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import Refusal
from bot.jitsi import Jitsi

_ESCAPED = "; in user and password write signs such as / ? # @ with %, / as %2F"
_DATABASE = re.compile(
    r"postgresql\+psycopg://(?:[^:/@?]*(?::(?P<password>[^@]*))?@)?(?:\[[0-9A-Fa-f:.]+\]|[^:/@?\[\]]*)(?::[0-9]{1,5})?"
    r"(?:/[^?]*)?(?:\?.*)?"
)
"""A PostgreSQL as SQLAlchemy reads it: a password may hold any sign but @."""

_ADDRESS = re.compile(r"[^\s@<>,;:\"]+@[^\s@<>,;:\"]+")
_SLACK_USER = re.compile(r"[UW][A-Z0-9]+")
HIGHEST_PORT = 65535


def _is_server(url: str, schemes: tuple[str, str], queries: tuple[str, ...], *, folder: bool = False) -> bool:
    """Whether *url* names a server, with neither or both of user and password. What of a password reads as a port or as
    a path makes it none."""
    try:
        parts = urlsplit(url)
        port, host = parts.port, (parts.hostname or "").encode("idna")
    except ValueError:
        return False
    whole = bool(parts.username) == bool(parts.password) and port != 0 and bool(host)
    rest = parts.fragment or (not folder and parts.path.strip("/"))
    return parts.scheme in schemes and whole and not rest and parts.query in queries


def _smtp(url: SecretStr | None) -> SecretStr | None:
    given = url.get_secret_value() if url is not None else ""
    queries = ("", "starttls=0") if given.startswith("smtps:") else ("", "starttls=0", "starttls=1")
    if url is not None and not _is_server(given, ("smtp", "smtps"), queries):
        raise ValueError(f"write it as smtp[s]://user:password@host:port?starttls=1{_ESCAPED}")
    return url


def _imap(url: SecretStr | None) -> SecretStr | None:
    if url is not None and not _is_server(url.get_secret_value(), ("imap", "imaps"), ("",), folder=True):
        raise ValueError(f"write it as imap[s]://user:password@host:port/FOLDER{_ESCAPED}")
    return url


def _secret(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and len(secret.get_secret_value()) < 32:
        raise ValueError("give 32 or more random characters, for example from `openssl rand -base64 32`")
    return secret


def _database(url: str) -> str:
    if not url.startswith("sqlite:///") and _DATABASE.fullmatch(url) is None:
        raise ValueError(f"write it as sqlite:///lap.db or postgresql+psycopg://user:password@host/name{_ESCAPED}")
    return url


def _address(address: str | None) -> str | None:
    if address is not None and not _ADDRESS.fullmatch(address):
        raise ValueError("give one bare address, for example calls@plan.example")
    return address


def _jitsi(url: str | None) -> str | None:
    if url is not None and not re.fullmatch(r"https?://[^\s?#]+", url):
        raise ValueError("give its address, for example https://meet.plan.example")
    return url


def _public(url: str) -> str:
    if url and not re.fullmatch(r"https?://[^\s?#\[\]]+", url):
        raise ValueError("give the address at which people reach lap, for example https://lap.plan.example")
    return url


def _slack(url: str) -> str:
    if not re.fullmatch(r"https?://[^\s?#]+", url):
        raise ValueError("give the base of the Web API, https://slack.com/api/, or leave it out for Slack's own")
    return url


def _port(word: object) -> object:
    """*word*, where it is a number that a port can have; read before the type, so that the remedy is ours."""
    if not re.fullmatch(r"[0-9]{1,5}", str(word)) or int(str(word)) > HIGHEST_PORT:
        raise ValueError("give the number of a free port, for example 3000")
    return word


def _secretariat(words: str) -> str:
    given = [word.strip() for word in words.split(",") if word.strip()]
    if not all(_SLACK_USER.fullmatch(word) or _ADDRESS.fullmatch(word) for word in given):
        raise ValueError("give e-mail addresses or Slack user ids with commas between, for example jane@agency.example")
    return words


def _reply(word: str) -> str:
    if word not in ("plain", "secret"):
        raise ValueError("write plain, or secret for an address of each person's own that answers come back to")
    return word


class Settings(BaseSettings):
    """The environment of interface.md; every field has the name of its variable in lower case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", hide_input_in_errors=True, env_ignore_empty=True)

    slack_bot_token: SecretStr | None = None
    slack_signing_secret: SecretStr | None = None
    slack_app_token: SecretStr | None = None
    slack_api_url: Annotated[str, AfterValidator(_slack)] = "https://slack.com/api/"
    database_url: Annotated[str, AfterValidator(_database)] = "sqlite:///lap.db"
    smtp_url: Annotated[SecretStr | None, AfterValidator(_smtp)] = None
    mail_from: Annotated[str | None, AfterValidator(_address)] = None
    imap_url: Annotated[SecretStr | None, AfterValidator(_imap)] = None
    public_url: Annotated[str, AfterValidator(_public)] = ""
    host: str = "127.0.0.1"
    port: Annotated[int, BeforeValidator(_port)] = 3000
    lap_secret: Annotated[SecretStr | None, AfterValidator(_secret)] = None
    lap_secret_old: Annotated[SecretStr | None, AfterValidator(_secret)] = None
    mail_authserv: str | None = None
    mail_reply: Annotated[str, AfterValidator(_reply)] = "plain"
    jitsi_url: Annotated[str | None, AfterValidator(_jitsi)] = None
    jitsi_app_id: str | None = None
    jitsi_secret: SecretStr | None = None
    lap_procedure: Path | None = None
    lap_secretariat: Annotated[str, AfterValidator(_secretariat)] = ""

    @model_validator(mode="after")
    def _default_public_url(self) -> "Settings":
        if not self.public_url:
            self.public_url = f"http://{self.host}:{self.port}"
        self.public_url = self.public_url.rstrip("/")
        return self

    @property
    def jitsi(self) -> Jitsi | None:
        """The Jitsi whose rooms are the bridges, in place of the procedure file's pool; None without one."""
        if not self.jitsi_url or not self.jitsi_app_id or self.jitsi_secret is None:
            return None
        return Jitsi(self.jitsi_url, self.jitsi_app_id, self.jitsi_secret.get_secret_value())

    @property
    def mail_domain(self) -> str:
        """The domain of UIDs and Message-IDs: the organizer's."""
        return (self.mail_from or "calls@lap.invalid").rpartition("@")[2]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that no log and no answer may show."""
        given = (getattr(self, name) for name in type(self).model_fields)
        secrets = [value.get_secret_value() for value in given if isinstance(value, SecretStr)]
        passwords = [urlsplit(url).password for url in secrets if "://" in url]
        if of_database := _DATABASE.fullmatch(self.database_url):
            passwords.append(of_database["password"])
        return (*secrets, *(form for password in passwords if password for form in {password, unquote(password)}))

    @property
    def secretariat(self) -> tuple[str, ...]:
        """The addresses and Slack user ids of the first secretariat."""
        return tuple(word.strip() for word in self.lap_secretariat.split(",") if word.strip())


SLACK = {
    "SLACK_BOT_TOKEN": "give the bot's token, from “OAuth & Permissions” of the Slack app",
    "SLACK_SIGNING_SECRET": (
        "give the signing secret, from “Basic Information” of the Slack app, or set SLACK_APP_TOKEN for Socket Mode"
    ),
}
SENDING = {
    "SMTP_URL": "write smtp[s]://user:password@host:port?starttls=1, for your mail server",
    "MAIL_FROM": "give the address of the secretariat's role mailbox, for example calls@plan.example",
    "LAP_SECRET": "give 32 or more random characters, for example from `openssl rand -base64 32`",
}
"""What has to be set, with the remedy: to answer in Slack, and for what leaves by itself."""

JITSI = {
    "JITSI_APP_ID": "give the application id that the Jitsi of JITSI_URL knows lap by, or leave out JITSI_URL",
    "JITSI_SECRET": "give the secret that the Jitsi of JITSI_URL knows tokens by, or leave out JITSI_URL",
}

WRONG = (
    "These settings have to be mended first; `.env.sample` shows them all, and a copy of it, `.env`, holds yours.\n"
    "{told}"
)


def read_settings(*needed: Mapping[str, str]) -> Settings:
    """The settings of the environment (and ``.env``), with all of *needed* (variable to remedy) set.

    Raises Refusal that names every wrong one and every missing one with its remedy, and nothing of its value.
    """
    settings, told = examined_settings(*needed)
    if told:
        raise Refusal(WRONG.format(told="\n".join(told.values())))
    return settings


def examined_settings(*needed: Mapping[str, str]) -> tuple[Settings, dict[str, str]]:
    """The settings of the environment, a default in the place of each wrong one; and by name what is to be mended."""
    wrong: dict[str, str] = {}
    try:
        settings = Settings()
    except ValidationError as error:
        wrong = {
            ".".join(map(str, e["loc"])).upper(): e["msg"].removeprefix("Value error, ")
            for e in error.errors(include_input=False, include_url=False)
        }
        defaults = {name.lower(): Settings.model_fields[name.lower()].default for name in wrong}
        settings = Settings(**defaults)
    told = {name: f"{name} is wrong: {says}." for name, says in wrong.items()}
    for names in (*needed, JITSI) if settings.jitsi_url else needed:
        told |= missing(settings, {n: r for n, r in names.items() if n not in wrong})
    return settings, told


def missing(settings: Settings, names: Mapping[str, str]) -> dict[str, str]:
    """Of *names* (variable to remedy), a sentence for each that is not set; Socket Mode needs no signing secret."""
    spared = {"SLACK_SIGNING_SECRET"} if settings.slack_app_token else set()
    return {
        name: f"{name} is not set: {remedy}."
        for name, remedy in names.items()
        if name not in spared and not getattr(settings, name.lower())
    }
