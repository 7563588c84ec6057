"""Owns bringing a database to head; what each step does stands in ``storage/migrations/versions``."""

from contextlib import suppress
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from bot.errors import Refusal
from storage import guards
from storage.store import Store, Tx

if TYPE_CHECKING:
    from alembic.config import Config

VERSIONS = "alembic_version"
LOCK = 0x6C6170  # any number that all our processes agree on: two migrations of one PostgreSQL follow one another
NEWER = (
    "The database was made by a newer lap (its version is {version}, this one's is {head}). "
    "Install that release again, or give another DATABASE_URL."
)


@cache
def head() -> str:
    """The version of the newest migration: the files are numbered, each follows the one before."""
    names = (file.name for file in resources.files("storage.migrations.versions").iterdir())
    return max(name.partition("_")[0] for name in names if name[:1].isdigit())


def is_at_head(store: Store) -> bool:
    """Whether the database has the tables that this program expects."""
    with store.read() as tx:
        return _version(tx) == head()


def migrate(store: Store) -> bool:
    """Brings the database to head, in one transaction: all of it or nothing. False where it was there already.

    A new SQLite file is for its owner's eyes only: it holds what is confidential. Raises Refusal for a database that a
    newer program made.
    """
    if store.file is not None and not store.file.exists():
        with suppress(OSError):  # the connection tells why a file cannot be made
            store.file.touch(mode=0o600)
    if is_at_head(store):
        return False
    with store.begin() as tx:
        if not store.is_sqlite:
            tx.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        version = _version(tx)
        if version is not None and version > head():
            raise Refusal(NEWER.format(version=version, head=head()))
        if version != head():
            _upgrade(tx)
    return True


def _version(tx: Tx) -> str | None:
    """The version that the database says it has; None for one without tables."""
    if not inspect(tx).has_table(VERSIONS):
        return None
    version: str | None = tx.execute(text(f"SELECT version_num FROM {VERSIONS}")).scalar()
    return version


def _upgrade(tx: Tx) -> None:
    # Alembic takes longer to import than the rest of storage, and is needed only on the first start of a release.
    from alembic import command

    command.upgrade(alembic_config(tx), "head")
    guards.lay(tx)


def alembic_config(tx: Tx) -> "Config":
    """Alembic's settings for our migrations on the open transaction *tx*; there is no ini file."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files("storage.migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx
    return config
