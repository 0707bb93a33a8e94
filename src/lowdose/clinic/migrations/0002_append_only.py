"""The audit trail can be added to, and nothing else: the database itself refuses."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_SQLITE = """
CREATE TRIGGER clinic_audit_no_{name} BEFORE {what} ON clinic_auditentry
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION clinic_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$;
CREATE TRIGGER clinic_audit_no_change BEFORE UPDATE OR DELETE ON clinic_auditentry
FOR EACH ROW EXECUTE FUNCTION clinic_audit_refuse();
CREATE TRIGGER clinic_audit_no_truncate BEFORE TRUNCATE ON clinic_auditentry
FOR EACH STATEMENT EXECUTE FUNCTION clinic_audit_refuse();
"""


def _refuse(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)
        return
    for name, what in (("update", "UPDATE"), ("delete", "DELETE")):
        editor.execute(_SQLITE.format(name=name, what=what))


def _allow(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION clinic_audit_refuse() CASCADE")
        return
    for name in ("update", "delete"):
        editor.execute(f"DROP TRIGGER clinic_audit_no_{name}")


class Migration(migrations.Migration):
    """Triggers, for SQLite and for PostgreSQL."""

    dependencies = [("clinic", "0001_initial")]
    operations = [migrations.RunPython(_refuse, _allow)]
