"""The drivers themselves, with PostgreSQL's sentinel: what they do around the statements that the SDK answers works as
with a server, and is no leak."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import psycopg2
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.pq import TransactionStatus

from e2e_common.services.postgres import DATABASE, REPORTED, USER
from tests.unit.services.sentinels.watch import Watch
from tests.unit.services.support import Make, started

ASKED: list[dict[str, str]] = [
    {},
    {"application_name": "shop", "client_encoding": "utf-8"},
    {"options": "-c timezone=Europe/Oslo", "client_encoding": "latin1"},
    {"options": "--timezone=America/New_York -cintervalstyle=iso_8601 -c default_transaction_read_only=on"},
]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    with Watch(tmp_path, "postgres") as watch:
        yield watch


def status(connection: Any) -> str:
    return TransactionStatus(connection.info.transaction_status).name


def test_psycopg2_finds_a_server_in_every_respect(watch: Watch) -> None:
    connection = psycopg2.connect(watch.database)
    assert (connection.server_version, connection.encoding) == (150018, "UTF8")
    assert connection.get_parameter_status("TimeZone") == "UTC"
    assert (connection.info.dbname, connection.info.user) == (DATABASE, USER)
    connection.set_session(isolation_level="SERIALIZABLE", readonly=True, deferrable=True)
    connection.commit()
    connection.rollback()
    connection.autocommit = True
    connection.close()
    assert watch.touched() == []


def test_psycopg2_statements_are_refused(watch: Watch) -> None:
    connection = psycopg2.connect(watch.database)
    with pytest.raises(psycopg2.errors.SystemError, match="this is a sentinel"), connection.cursor() as cursor:
        cursor.execute("SELECT %s", ("it's",))
    assert status(connection) == "INERROR"
    connection.rollback()
    assert status(connection) == "IDLE"
    connection.tpc_begin(connection.xid(1, "two", "phases"))
    with pytest.raises(psycopg2.errors.SystemError):
        connection.tpc_prepare()
    connection.close()
    assert watch.touched() == ["SELECT 'it''s'", "PREPARE TRANSACTION '1_dHdv_cGhhc2Vz'"]


def test_psycopg_transactions_are_no_leak(watch: Watch) -> None:
    with psycopg.connect(watch.database) as connection:
        assert connection.info.server_version == 150018
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            assert status(connection) == "INTRANS"
            with connection.transaction("named"):
                pass
            with pytest.raises(ZeroDivisionError), connection.transaction():
                raise ZeroDivisionError
            with connection.transaction(force_rollback=True):
                pass
        assert status(connection) == "IDLE"
        connection.execute("BEGIN")
        connection.rollback()
        connection.commit()
        connection.execute("")
    assert watch.touched() == []


def test_psycopg_pipelines_are_no_leak(watch: Watch) -> None:
    with psycopg.connect(watch.database) as connection, connection.pipeline() as pipeline:
        with connection.transaction(), connection.transaction():
            pass
        pipeline.sync()
        connection.execute("BEGIN", prepare=True)
        connection.commit()
        pipeline.sync()
        assert status(connection) == "IDLE"
    assert watch.touched() == []


def test_psycopg_statements_are_refused_and_the_connection_goes_on(watch: Watch) -> None:
    with psycopg.connect(watch.database) as connection:
        with pytest.raises(psycopg.errors.SystemError, match="this is a sentinel"):
            connection.execute("SELECT %s::text", ("x",))
        assert status(connection) == "INERROR"
        connection.rollback()
        with pytest.raises(psycopg.errors.SystemError), connection.cursor().copy("COPY t FROM STDIN"):
            pass
        connection.rollback()
        with pytest.raises(psycopg.errors.SystemError), connection.pipeline():
            connection.execute("INSERT INTO t VALUES (%s)", ("y",))
            connection.execute("SELECT 2")
        connection.rollback()
        assert status(connection) == "IDLE"
    assert watch.touched() == [
        "SELECT $1::text (parameters: 'x')",
        "COPY t FROM STDIN",
        "INSERT INTO t VALUES ($1) (parameters: 'y')",
        "SELECT 2",
    ]


def test_a_client_is_reported_what_a_server_reports_to_it(make: Make, tmp_path: Path) -> None:
    """ParameterStatus, in the server's own spelling of what the client asked for."""
    services = make("postgres")
    real = started(services)["DATABASE_URL"]
    with Watch(tmp_path, "postgres", parameters=services.parameters) as watch:
        for asked in ASKED:
            assert reported(watch.database, asked) == reported(real, asked), asked


def reported(address: str, asked: dict[str, str]) -> dict[str, str | None]:
    with psycopg.connect(make_conninfo(address, **asked)) as connection:
        return {name: connection.info.parameter_status(name) for name in REPORTED}
