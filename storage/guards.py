"""Owns what the database itself sees to, whoever asks: no audit entry is changed or taken out, only its detail erased,
and the chain's head moves with each new entry; and lays what keeps the index of ``archive``.

The guards are laid after each migration: a table that one makes anew has lost them.
"""

from sqlalchemy import text

from storage import archive_index
from storage.store import Tx
from storage.tables import AuditRow, columns

REFUSED = "An audit entry is never changed or taken out; only its detail and salt can be emptied."
_KEPT = [c.name for c in columns(AuditRow) if c.name not in ("detail", "salt")]
_MOVE = "UPDATE audit_head SET number = NEW.number, hash = NEW.hash"
_SQLITE = (
    f"""CREATE TRIGGER IF NOT EXISTS audit_kept BEFORE UPDATE ON audit
    WHEN NEW.detail <> '' OR NEW.salt <> '' OR {" OR ".join(f"NEW.{c} IS NOT OLD.{c}" for c in _KEPT)}
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS audit_whole BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END""",
    f"""CREATE TRIGGER IF NOT EXISTS audit_moves_head AFTER INSERT ON audit
    BEGIN {_MOVE}; END""",
)
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE EXCEPTION '{REFUSED}' USING ERRCODE = 'integrity_constraint_violation'; END $$""",
    f"""CREATE OR REPLACE TRIGGER audit_kept BEFORE UPDATE ON audit FOR EACH ROW
    WHEN (NEW.detail <> '' OR NEW.salt <> '' OR {" OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in _KEPT)})
    EXECUTE FUNCTION audit_refuse()""",
    """CREATE OR REPLACE TRIGGER audit_whole BEFORE DELETE OR TRUNCATE ON audit FOR EACH STATEMENT
    EXECUTE FUNCTION audit_refuse()""",
    f"""CREATE OR REPLACE FUNCTION audit_move_head() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN {_MOVE}; RETURN NULL; END $$""",
    """CREATE OR REPLACE TRIGGER audit_moves_head AFTER INSERT ON audit FOR EACH ROW
    EXECUTE FUNCTION audit_move_head()""",
)
_GUARDS = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}


def lay(tx: Tx) -> None:
    """Lays the guards of the database at hand; one that lies already stays."""
    for statement in _GUARDS[tx.dialect.name]:
        tx.execute(text(statement))
    archive_index.lay(tx)
