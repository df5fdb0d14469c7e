"""The Docker runtime without an engine: which runtime is taken, how docker is called, and what is said when it fails.

`docker` is a small program on PATH that answers from a file and writes down how it was called.
"""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from e2e_common import runtimes
from e2e_common.docker import compose, engine, images, objects
from e2e_common.docker.compose import Compose
from e2e_common.errors import HarnessError
from e2e_common.interrupts import Interrupted, Interrupts
from e2e_common.knobs import read_knobs
from e2e_common.paths import ROOT, SUITES
from e2e_common.run_folder import RunFolder

FAKE = f"""#!{sys.executable}
import json, os, pathlib, sys, time

here = pathlib.Path(__file__).parent
state = json.loads((here / "state").read_text())
words = sys.argv[1:]
with (here / "calls").open("a") as calls:
    call = {{"words": words, "session": os.getsid(0), "made_from": os.environ.get("E2E_MADE_FROM")}}
    calls.write(json.dumps(call) + "\\n")

def end(code, out="", err=""):
    sys.stdout.write(out)
    sys.stderr.write(err)
    raise SystemExit(code)

def matches(thing):
    filters = [words[i + 1].removeprefix("label=") for i, word in enumerate(words) if word == "--filter"]
    found = [f"{{name}}={{value}}" for name, value in thing["labels"].items()]
    return set(filters) <= {{*found, *thing["labels"]}}

for start, (code, out, err) in state["answers"].items():
    if " ".join(words).startswith(start):
        if out == "(hangs)":
            (here / "pid").write_text(str(os.getpid()))
            time.sleep(60)
        end(code, out, err)
kind = "container" if words[0] in ("ps", "rm") else words[0]
things = state["things"].get(kind, {{}})
if words[0] == "ps" or words[1:2] == ["ls"]:
    end(0, "".join(name + "\\n" for name, thing in things.items() if matches(thing)))
if words[1:2] == ["inspect"]:
    thing = things.get(words[-1])
    if not thing:
        end(1, "", "no such thing")
    said = {{"Labels": thing["labels"]}}
    end(0, json.dumps([{{"Config": said}} if kind == "container" else said]))
if "rm" in words[:2]:
    for name in words:
        if name in things and not things[name].get("stays"):
            del things[name]
    (here / "state").write_text(json.dumps(state))
    end(0)
end(1, "", "fake: " + " ".join(words))
"""


class Docker:
    """The program. `answers`: the beginning of a call → exit status, output, errors; `things`: what is there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.answers: dict[str, tuple[int, str, str]] = {
            "version": (0, "28.2.2\n", ""),
            "compose version": (0, "2\n", ""),
        }
        self.things: dict[str, dict[str, Any]] = {kind: {} for kind in (*objects.KINDS, "image")}
        (folder / "docker").write_text(FAKE)
        (folder / "docker").chmod(0o755)
        self.told()

    def told(self) -> None:
        """Write down what it is to answer now."""
        (self._folder / "state").write_text(json.dumps({"answers": self.answers, "things": self.things}))

    def answer(self, start: str, code: int, out: str = "", err: str = "") -> None:
        self.answers[start] = (code, out, err)
        self.told()

    def has(self, kind: str, name: str, **more: Any) -> None:
        self.things[kind][name] = {"labels": {}, **more}
        self.told()

    @property
    def left(self) -> set[str]:
        things = json.loads((self._folder / "state").read_text())["things"]
        return {name for named in things.values() for name in named}

    @property
    def calls(self) -> list[dict[str, Any]]:
        path = self._folder / "calls"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def builds(self) -> list[str]:
        """What each build of a suite's image was told that it is made from."""
        return [call["made_from"] for call in self.calls if call["words"][0] == "compose"]

    @property
    def pid(self) -> int:
        """Of the call that hangs."""
        return int((self._folder / "pid").read_text())


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    folder = tmp_path / "docker-bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return Docker(folder)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The knobs that a run reads, to be changed by the test."""
    knobs = read_knobs({})
    monkeypatch.setattr(runtimes, "load_knobs", lambda: knobs)
    return knobs


BASE = "image inspect --format {{.Id}} python-e2e-base:latest"


# runtimes.py


@pytest.mark.parametrize("runtime", ["docker", "local"])
def test_a_runtime_that_is_named_is_taken_unasked(docker: Docker, asked: dict[str, str], runtime: str) -> None:
    asked["E2E_RUNTIME"] = runtime
    assert runtimes.chosen(["8000"]) == (runtime, "")
    assert docker.calls == []


def test_auto_takes_docker_where_all_of_it_is_there(docker: Docker, asked: dict[str, str]) -> None:
    docker.answer(BASE, 0, "sha256:1\n")
    assert runtimes.chosen(["8000", "--build"]) == ("docker", "")


@pytest.mark.parametrize(
    ("words", "python"),
    [(["--services"], ""), (["8000", "--coverage"], ""), ([], "/usr/bin/python3"), (["--phases", "check"], "")],
)
def test_auto_takes_local_for_what_docker_has_not(
    docker: Docker, asked: dict[str, str], words: list[str], python: str
) -> None:
    docker.answer(BASE, 0, "sha256:1\n")
    asked["E2E_PYTHON"] = python
    assert runtimes.chosen(words) == ("local", "")


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ("version", "no Docker engine"),
        ("image", "no image python-e2e-base:latest"),
        ("compose", "no Compose plugin"),
    ],
)
def test_auto_says_what_of_docker_is_missing(docker: Docker, asked: dict[str, str], start: str, reason: str) -> None:
    docker.answer(BASE, 0, "sha256:1\n")
    docker.answers = {key: (1, "", "") if key.startswith(start) else value for key, value in docker.answers.items()}
    docker.told()
    assert runtimes.chosen([]) == ("local", reason)


def test_auto_says_that_there_is_no_docker(asked: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert runtimes.chosen([]) == ("local", "no Docker")


def test_auto_does_not_wait_for_an_engine_that_hangs(
    docker: Docker, asked: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.answer("version", 0, "(hangs)")
    monkeypatch.setattr(engine, "PROBE_LIMIT_S", 0.5)
    runtime, reason = runtimes.chosen([])
    assert runtime == "local"
    assert "no answer within 0.5 s" in reason


def test_a_bad_knob_is_exit_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("E2E_RUNTIME", "podman")
    assert runtimes.main([]) == 2
    assert "E2E_RUNTIME=podman is not a choice" in capsys.readouterr().err


# engine.py


def test_a_call_is_in_a_session_of_its_own(docker: Docker) -> None:
    """So that a second Ctrl-C does not end the calls of the clean-up."""
    docker.answer("info", 7, "out", "err")
    done = engine.attempt(["info"])
    assert (done.returncode, done.stdout, done.stderr) == (7, "out", "err")
    assert docker.calls[0]["session"] != os.getsid(0)


def test_a_call_that_fails_is_exit_3_with_its_words(docker: Docker) -> None:
    docker.answer("info", 7, "", "permission denied\n")
    with pytest.raises(HarnessError, match=r"^docker info failed: permission denied$") as error:
        engine.docker("info")
    assert error.value.code == 3


def test_a_call_that_hangs_is_ended_and_told(docker: Docker) -> None:
    docker.answer("info", 0, "(hangs)")
    with pytest.raises(HarnessError, match=r"docker info: no answer within 0.5 s; install Docker") as error:
        engine.attempt(["info"], 0.5)
    assert error.value.code == 3
    assert not Path(f"/proc/{docker.pid}").exists()


def test_an_interrupt_ends_the_call(docker: Docker) -> None:
    docker.answer("build", 0, "(hangs)")
    before = {signum: signal.getsignal(signum) for signum in Interrupts.SIGNALS}
    try:
        with Interrupts(0.5), pytest.raises(Interrupted):
            engine.attempt(["build"])
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
    assert not Path(f"/proc/{docker.pid}").exists()


def test_no_engine_and_no_plugin_are_told_apart(docker: Docker) -> None:
    docker.answer("compose version", 1)
    with pytest.raises(HarnessError, match="no Compose plugin"):
        engine.require_engine()
    docker.answer("version", 1, "", "first\nCannot connect to the Docker daemon\n")
    with pytest.raises(
        HarnessError, match=r"no Docker engine answers \(Cannot connect to the Docker daemon\): install"
    ):
        engine.require_engine()


# images.py


@pytest.mark.parametrize(("wanted", "tag"), [("", "latest"), ("3.13", "3.13"), ("3.12.1", "3.12.1")])
def test_the_tag_names_the_python(wanted: str, tag: str) -> None:
    assert images.tag({"E2E_PYTHON": wanted}) == tag


def test_a_path_is_no_python_of_an_image() -> None:
    with pytest.raises(HarnessError, match=r"E2E_PYTHON=/usr/bin/python3: .* a version, like 3\.13") as error:
        images.tag({"E2E_PYTHON": "/usr/bin/python3"})
    assert error.value.code == 2


INSPECTED = 'image inspect --format {{.Id}} {{index .Config.Labels "e2e.base-made-from"}} python-e2e-base:'


@pytest.mark.parametrize(
    ("python", "advice"),
    [
        ("", "docker build -t python-e2e-base:latest -f drift/instrumentation/e2e_common/Dockerfile.base ."),
        ("3.11", "E2E_PYTHON=3.11 make base-image"),
    ],
)
def test_a_missing_base_image_is_told_with_the_command(docker: Docker, python: str, advice: str) -> None:
    with pytest.raises(HarnessError) as error:
        images.require_base(read_knobs({"E2E_PYTHON": python}), build=False)
    assert (error.value.code, str(error.value)) == (
        3,
        f"there is no image python-e2e-base:{python or 'latest'}: {advice}",
    )


def test_the_documented_command_names_a_file_that_is_there() -> None:
    assert (ROOT / images.BUILD_COMMAND.split()[-2]).is_file()


@pytest.mark.parametrize(
    ("label", "build", "built"),
    [("", True, False), ("of old", False, False), ("of old", True, True), ("of now", True, False)],
)
def test_the_base_is_built_again_when_what_it_is_made_from_has_changed(
    docker: Docker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, label: str, build: bool, built: bool
) -> None:
    """An image without our label was built by hand, and stays."""
    script = tmp_path / "scripts" / "build-base-image.sh"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\necho "$@" >{tmp_path / "built"}\n')
    script.chmod(0o755)
    (tmp_path / "e2e_common").mkdir()
    for name in ("Dockerfile.base", "requirements.lock", *images.BOOTSTRAP):
        (tmp_path / "e2e_common" / name).write_text(name)
    for name in images.SCRIPTS:
        (script.parent / name).write_text(name)
    monkeypatch.setattr(images, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "stderr", sys.__stderr__)
    docker.answer(f"{INSPECTED}latest", 0, f"sha256:1 {label.replace('of now', images._base_made_from())}\n")
    docker.answer(BASE, 0, "sha256:1\n")
    assert images.require_base(read_knobs({}), build=build) == "sha256:1"
    assert (tmp_path / "built").exists() is built


def test_the_script_labels_the_base_with_the_same_digest() -> None:
    script = (ROOT / "scripts" / "build-base-image.sh").read_text()
    assert 'made_from="$(cd "$ROOT" && "$python" -m e2e_common.docker.images)"' in script
    copied = (ROOT / "e2e_common" / "Dockerfile.base").read_text()
    for name in (*(f"e2e_common/{name}" for name in images.BOOTSTRAP), *(f"scripts/{name}" for name in images.SCRIPTS)):
        assert name in copied, "what the Dockerfile takes is what the digest is made of"
    assert len(re.findall(r"(?:e2e_common|scripts)/\w[\w.-]*\.(?:py|sh)", copied)) == len(
        images.BOOTSTRAP + images.SCRIPTS
    )
    assert f'--label "{images.BASE_MADE_FROM}=$made_from"' in script


SUITE_BUILT = 'image inspect --format {{index .Config.Labels "e2e.made-from"}} python-e2e-some:latest'


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "some" / "e2e-tests"
    folder.mkdir(parents=True)
    for name in ("Dockerfile", "requirements.txt", "requirements.lock"):
        (folder / name).write_text(name)
    monkeypatch.setattr(images, "CACHE", tmp_path / "cache")
    return folder


def test_a_suites_image_is_built_once_and_those_it_has_replaced_go(docker: Docker, suite: Path) -> None:
    docker.answer("compose --progress plain", 0)
    docker.has("image", "replaced", labels={"e2e.image": "suite", "dangling": "true"})
    docker.has("image", "named", labels={"e2e.image": "suite"})
    docker.has("image", "another's", labels={"dangling": "true"})
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert len(docker.builds) == 1
    assert docker.left == {"named", "another's"}
    docker.answer(SUITE_BUILT, 0, f"{docker.builds[0]}\n")
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert len(docker.builds) == 1


@pytest.mark.parametrize("edited", ["Dockerfile", "requirements.txt", "requirements.lock", "the base"])
def test_a_suites_image_is_built_again_after_an_edit(docker: Docker, suite: Path, edited: str) -> None:
    docker.answer("compose --progress plain", 0)
    images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    docker.answer(SUITE_BUILT, 0, f"{docker.builds[0]}\n")
    if edited != "the base":
        (suite / edited).write_text("edited")
    base = "sha256:2" if edited == "the base" else "sha256:1"
    images.require_suite(suite, "python-e2e-some:latest", base, os.environ)
    assert len(set(docker.builds)) == len(docker.builds) == 2


def test_a_build_that_fails_is_told_with_its_last_words(docker: Docker, suite: Path) -> None:
    docker.answer("compose --progress plain", 17, "", "\n".join(f"line {n}" for n in range(40)) + "\n")
    with pytest.raises(HarnessError) as error:
        images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert error.value.code == 3
    assert str(error.value).startswith("python-e2e-some:latest could not be built:\nline 25\n")
    assert str(error.value).endswith("line 39")


def test_a_suite_without_a_dockerfile_is_exit_2(docker: Docker, suite: Path) -> None:
    (suite / "Dockerfile").unlink()
    with pytest.raises(HarnessError, match="Dockerfile is missing") as error:
        images.require_suite(suite, "python-e2e-some:latest", "sha256:1", os.environ)
    assert error.value.code == 2


def test_images_of_services_are_pulled_where_they_are_missing(docker: Docker) -> None:
    docker.answer("image inspect --format {{.Id}} redis:7", 0, "sha256:1\n")
    docker.answer("pull --quiet postgres:13", 0)
    images.require_of_services(["upstream", "redis", "redis-cluster", "postgres"], read_knobs({}))
    assert [call["words"][-1] for call in docker.calls if call["words"][0] == "pull"] == ["postgres:13"]
    docker.answer("pull --quiet postgres:13", 1, "", "Using default\npull access denied\n")
    with pytest.raises(HarnessError) as error:
        images.require_of_services(["postgres"], read_knobs({}))
    told = (
        "the image postgres:13 is not here and cannot be pulled (pull access denied); E2E_POSTGRES_IMAGE names another"
    )
    assert (error.value.code, str(error.value)) == (3, told)


# compose.py


FLASK = SUITES / "flask" / "e2e-tests"


def command(out: Path, **knobs: str) -> list[str]:
    return Compose(FLASK, RunFolder(out / "flask-8000"), read_knobs(knobs)).run("app", ["8000"], 1.5)


def told(words: list[str], option: str) -> list[str]:
    return [words[i + 1] for i, word in enumerate(words) if word == option]


def test_a_container_is_told_the_knobs_in_its_own_terms() -> None:
    words = command(ROOT / "out", E2E_ONLY="a b", E2E_TIMEOUT="7")
    assert words[:2] == ["docker", "compose"]
    assert words[-4:] == ["app", "/opt/e2e/harness/bin/python", "entrypoint.py", "8000"]
    assert {"E2E_ONLY=a b", "E2E_TIMEOUT=7", "E2E_OUT=/e2e/out", "DRIFT_E2E_BEGAN=1.5"} <= set(told(words, "-e"))
    assert not any(
        word.startswith(("E2E_RUNTIME", "E2E_UID", "E2E_SDK=", "DRIFT_E2E_GOES_ON")) for word in told(words, "-e")
    )
    assert told(words, "-v") == [f"{ROOT / 'out'}:/e2e/out"]


def test_artifacts_beside_the_checkout_are_mounted_where_they_are(tmp_path: Path) -> None:
    assert told(command(tmp_path), "-v") == [f"{tmp_path}:{tmp_path}"]


def test_an_sdk_a_cli_and_a_bundle_are_mounted_read_only(tmp_path: Path) -> None:
    (tmp_path / "sdk").mkdir()
    for name in ("tusk", "ca.pem"):
        (tmp_path / name).touch()
    words = command(
        ROOT / "out", E2E_SDK=str(tmp_path / "sdk"), TUSK_CLI_PATH=str(tmp_path / "tusk"),
        E2E_EXTRA_CA=str(tmp_path / "ca.pem"),
    )  # fmt: skip
    mounts = told(words, "-v")
    assert f"{tmp_path / 'sdk'}:{tmp_path / 'sdk'}:ro" in mounts
    assert f"{tmp_path / 'tusk'}:/opt/tusk/tusk:ro" in mounts
    assert any(mount.startswith(f"{tmp_path / 'ca.pem'}:") and mount.endswith(":ro") for mount in mounts)
    assert any(mount.startswith(compose.ENVIRONMENTS) and mount.endswith(":/var/cache/e2e") for mount in mounts)
    assert {f"E2E_SDK={tmp_path / 'sdk'}", "TUSK_CLI_PATH=/opt/tusk/tusk"} <= set(told(words, "-e"))


def test_a_version_of_the_sdk_is_told_and_not_mounted() -> None:
    words = command(ROOT / "out", E2E_SDK="0.1.28")
    assert "E2E_SDK=0.1.28" in told(words, "-e")
    assert not any("0.1.28" in mount for mount in told(words, "-v"))


def test_the_owner_of_the_suite_runs_inside_unless_a_knob_says_otherwise() -> None:
    folder, owner = RunFolder(ROOT / "out" / "flask-8000"), FLASK.stat()
    environ = Compose(FLASK, folder, read_knobs({})).environ
    assert (environ["E2E_UID"], environ["E2E_GID"]) == (str(owner.st_uid), str(owner.st_gid))
    assert Compose(FLASK, folder, read_knobs({"E2E_UID": "77"})).environ["E2E_UID"] == "77"
    with pytest.raises(HarnessError, match="E2E_UID=me: a number") as error:
        Compose(FLASK, folder, read_knobs({"E2E_UID": "me"}))
    assert error.value.code == 2


def test_runs_of_one_name_in_two_folders_are_two_projects(tmp_path: Path) -> None:
    one = Compose(FLASK, RunFolder(ROOT / "out" / "flask-8000"), read_knobs({})).project
    other = Compose(FLASK, RunFolder(tmp_path / "flask-8000"), read_knobs({})).project
    assert one != other
    assert one.startswith("python-flask-8000-")
    assert other.startswith("python-flask-8000-")


# objects.py


def things_of(docker: Docker, name: str, run: Path | str, **more: Any) -> None:
    for kind in objects.KINDS:
        docker.has(kind, f"{name}-{kind}", labels={objects.RUN: str(run)}, **more)


def test_all_but_live_runs_and_strangers_go(docker: Docker, tmp_path: Path) -> None:
    live, dead = RunFolder(tmp_path / "out" / "flask-8000"), RunFolder(tmp_path / "out" / "flask-8001")
    live.lock()
    dead.lock()
    assert dead._lock is not None
    dead._lock.close()
    things_of(docker, "live", live.root)
    things_of(docker, "dead", dead.root)
    things_of(docker, "elsewhere", "/no/such/checkout/out/redis-8000")
    things_of(docker, "hand", "by hand")
    docker.has("container", "stranger", labels={"somebody": "else"})
    docker.has("volume", "cached", labels={objects.CACHE: "environments"})
    assert objects.remove_all_but_live() == [str(live.root)]
    assert docker.left == {"live-container", "live-network", "live-volume", "stranger", "cached"}


def test_without_live_runs_the_cached_environments_go_too(docker: Docker) -> None:
    docker.has("volume", "cached", labels={objects.CACHE: "environments"})
    assert objects.remove_all_but_live() == []
    assert docker.left == set()


def test_what_does_not_go_is_exit_6(docker: Docker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects, "GONE_LIMIT_S", 0.3)
    docker.has("container", "stuck", labels={objects.PROJECT: "python-flask"}, stays=True)
    with pytest.raises(HarnessError, match="Docker does not remove all of it") as error:
        objects.remove_project("python-flask")
    assert error.value.code == 6


def test_the_services_of_a_project_are_told_from_its_one_off_containers(docker: Docker) -> None:
    labels = {objects.PROJECT: "python-redis"}
    docker.has("container", "service", labels={**labels, objects.ONE_OFF: "False"})
    docker.has("container", "once", labels={**labels, objects.ONE_OFF: "True"})
    assert objects.services_of("python-redis") == ["service"]
    objects.remove_all_but_services("python-redis")
    assert docker.left == {"service"}
    objects.remove_services("python-redis")
    assert docker.left == set()


@pytest.mark.parametrize("held", [True, False])
def test_images_go_only_when_nothing_is_under_way(
    docker: Docker, tmp_path: Path, capsys: pytest.CaptureFixture[str], held: bool
) -> None:
    run = RunFolder(tmp_path / "out" / "flask-8000")
    if held:
        run.lock()
    things_of(docker, "run", run.root)
    docker.has("image", "ours", labels={objects.IMAGE: "suite"})
    docker.has("image", "another's")
    assert objects.main(["--images"]) == (3 if held else 0)
    assert {"another's"} <= docker.left
    assert ("ours" in docker.left) is held
    assert (f"nothing is cleaned while a run is under way: {run.root}" in capsys.readouterr().err) is held


def test_without_an_engine_clean_volumes_is_exit_3(docker: Docker, capsys: pytest.CaptureFixture[str]) -> None:
    docker.answer("version", 1, "", "Cannot connect\n")
    assert objects.main([]) == 3
    assert "no Docker engine answers (Cannot connect)" in capsys.readouterr().err
