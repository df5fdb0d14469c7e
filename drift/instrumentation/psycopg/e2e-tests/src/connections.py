"""What a connection says of itself, and what it hears: notices and notifications."""

from typing import Any
from urllib.parse import urlsplit

from db import DSN, connect, cursor_of, shared
from flask import Blueprint

connections = Blueprint("connections", __name__, url_prefix="/connections")
loaded: dict[str, str] = {}


@connections.get("/info")
def info() -> dict[str, Any]:
    """What the server said of itself at log-in, and what the connection is; it is closed by hand."""
    where = urlsplit(DSN)
    connection = connect(application_name="tea shop")
    try:
        told = connection.info
        parameters = [told.parameter_status(name) for name in ("TimeZone", "server_encoding", "no such parameter")]
        server = [told.vendor, told.server_version >= 130000, bool(told.parameter_status("server_version"))]
        options = told.get_parameters()
        return {
            "parameters": parameters,
            "server": [*server, told.backend_pid > 0],
            "database": [told.dbname, told.user, told.host == where.hostname, told.port == where.port],
            "password": told.password == where.password and "password" not in told.dsn,
            "options": [options[name] for name in ("dbname", "user", "application_name")],
            "status": [told.status.name, told.pipeline_status.name, told.error_message],
            "session": [told.encoding, str(told.timezone)],
            "state": [connection.closed, connection.broken, connection.autocommit, connection.isolation_level],
        }
    finally:
        connection.close()


@connections.get("/handlers")
def handlers() -> list[str]:
    """Notices, and what a connection notifies itself of: both come with the answer to a statement."""
    heard: list[str] = []
    with cursor_of(connect(autocommit=True)) as cursor:
        connection = cursor.connection
        connection.add_notice_handler(lambda notice: heard.append(f"{notice.severity}: {notice.message_primary}"))
        connection.add_notify_handler(lambda notify: heard.append(f"{notify.channel}: {notify.payload}"))
        for statement in ("DO $$ BEGIN RAISE NOTICE 'it boils'; END $$", "LISTEN kettle", "NOTIFY kettle, 'boils'"):
            cursor.execute(statement)
    return heard


@connections.get("/notifies")
def notifies() -> list[str]:
    """Notifications that came while the connection did something else."""
    with connect(autocommit=True) as connection:
        connection.execute("LISTEN whistle")
        connection.execute("NOTIFY whistle, 'blown'")
        return [f"{heard.channel}: {heard.payload}" for heard in connection.notifies(timeout=0, stop_after=1)]


@connections.get("/loaded-at-start")
def loaded_at_start() -> dict[str, str]:
    """What the application read before it answered its first request."""
    return loaded


def load_settings() -> None:
    with shared().cursor() as cursor:
        cursor.execute("SELECT name, value FROM setting ORDER BY name")
        loaded.update(cursor.fetchall())
