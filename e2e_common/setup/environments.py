"""The application's environment: its requirements and the SDK under test, nothing of the harness.

There is one cached environment in `.cache/envs` for each combination of lock, interpreter, SDK and E2E_WITH. A run with
a cached environment starts no installer and needs no network.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import re
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from e2e_common.artifacts.failure import shorten
from e2e_common.setup.bootstrap import base_python, fresh_lock, locked, run, stamp_is, uv
from e2e_common.util import container
from e2e_common.util.errors import Code, HarnessError, environment, usage
from e2e_common.util.paths import ENVIRONMENTS, REQUIREMENTS, ROOT

SDK = "tusk-drift-python-sdk"
RUST_CORE = "drift-core-python"
READY = "ready.json"  # normalized package name → version, of all that is installed, and of Python
_FILES = (".whl", ".zip", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz", ".tar.zst", ".txt", ".toml", ".py", ".cfg")
_NOT_AT_TOP = ("out", "build", "dist")
_NOWHERE = ("venv", "e2e-tests", "__pycache__")
KEPT_S = 3 * 24 * 3600


@dataclass(frozen=True)
class Environment:
    """An environment that is ready. `versions`: package → version for the result line, plus `python`; `sdk_source`:
    where the SDK comes from; `packages`: everything installed; `locked`: it has the versions of the suite's lock, on
    the harness's Python."""

    home: Path
    versions: dict[str, str | None]
    sdk_source: str
    packages: dict[str, str]
    locked: bool


@dataclass(frozen=True)
class SdkUnderTest:
    """`identity`: changes with the SDK's content; `requirement`: what to install after the lock, or None; `folder`: a
    checkout, whose `files` (relative paths) belong to the SDK. Without `files` it holds `drift/` of an installed SDK,
    which replaces the locked SDK, and is copied in every run."""

    source: str
    identity: str
    requirement: str | None = None
    folder: Path | None = None
    files: tuple[str, ...] = ()


def prepare(suite_dir: Path, options: Mapping[str, str], light: Path = ENVIRONMENTS / "light") -> Environment:
    """The environment of the suite in `suite_dir` for E2E_SDK, E2E_PYTHON, E2E_RUST_CORE and E2E_WITH, built on first
    use. Suites with the same lock share one. `light`: folder for the environment with a copy of an installed SDK, which
    only this run uses.

    Raises HarnessError: 2 for an invalid option, 3 if something cannot be installed.
    """
    overlay = specifiers(options["E2E_WITH"]) + ([f"{SDK}[rust]"] if options["E2E_RUST_CORE"] == "1" else [])
    lock = fresh_lock(suite_dir)
    python = find_python(options["E2E_PYTHON"])
    sdk = find_sdk(options["E2E_SDK"], ROOT / options["E2E_OUT"])
    if sdk.folder and not sdk.files:
        return _with_package(prepare(suite_dir, {**options, "E2E_SDK": ""}, light), sdk.folder, light)
    shutil.rmtree(light, ignore_errors=True)  # left by an earlier run
    is_locked = not overlay and options["E2E_SDK"] == options["E2E_PYTHON"] == ""
    home = Path(os.environ.get("DRIFT_E2E_APPLICATION") or os.devnull)  # in a container: of the suite's image
    if not (is_locked and stamp_is(home, lock.read_text())):
        # All images have Python at the same path.
        built_for = f"{python} {sys.version} {platform.libc_ver()}" if container.is_inside() else python
        home = ENVIRONMENTS / digest(lock.read_bytes(), *map(str.encode, (built_for, sdk.identity, *overlay)))
        if not (home / READY).exists():
            with locked(home.with_suffix(".lock")):
                if not (home / READY).exists():
                    print("e2e: setting up the application's environment ...", file=sys.stderr, flush=True)
                    _build(home, lock, python, sdk, overlay)
                    _drop_old()
        os.utime(home / READY)
    installed: dict[str, str] = json.loads((home / READY).read_text())
    versions = {"sdk": installed.get(SDK), "python": installed["python"], "rust_core": installed.get(RUST_CORE)}
    requirements = re.sub(r"[-_.]+", "-", (suite_dir / REQUIREMENTS).read_text()).lower()
    named = re.findall(r"^[a-z0-9][a-z0-9-]*", requirements, re.MULTILINE)
    versions |= {name: installed.get(name) for name in named if name not in (SDK, RUST_CORE)}
    packages = {name: version for name, version in installed.items() if name not in ("python", SDK)}
    return Environment(home, versions, sdk.source, packages, is_locked)


def check_unchanged(home: Path, since: float) -> None:
    """Raises HarnessError (1) if the application has changed its environment in `home` after `since` (seconds since the
    epoch): its replay would see the change. Ignores bytecode and READY."""
    for path in _changed(home, since):
        (home / READY).unlink(missing_ok=True)
        consequence = "what it keeps there reaches its replay; it is made anew for the next run"
        raise HarnessError(Code.FAILED, f"the application has changed its environment ({path}): {consequence}")


def _changed(folder: str | Path, since: float) -> Iterator[str]:
    """Thousands of files, in each run: pathlib would take twice as long."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != "__pycache__":
                    yield from _changed(entry.path, since)
            elif entry.name != READY and entry.stat(follow_symlinks=False).st_mtime > since:
                yield entry.path


def _build(home: Path, lock: Path, python: str, sdk: SdkUnderTest, overlay: list[str]) -> None:
    inside, copy = home / "bin" / "python", home / "sdk"
    install = [uv(), "pip", "install", "--quiet", "--compile-bytecode", "--python", inside]
    try:
        run([uv(), "venv", "--quiet", "--clear", "--python", python, home], "uv venv")
        run([*install, "--requirement", lock], f"installing {lock}")
        if sdk.folder:
            for name in sdk.files:  # a copy, because an installer may write into the folder that it builds
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(sdk.folder / name, copy / name)
        if requirement := copy if sdk.folder else sdk.requirement:
            run([*install, "--reinstall-package", SDK, requirement], f"installing the SDK from {sdk.source}")
        if overlay:
            run([*install, *overlay], f"installing {' '.join(overlay)}")
        listed = json.loads(run([uv(), "pip", "list", "--format", "json", "--python", inside], "uv pip list"))
        installed = {row["name"]: row["version"] for row in listed}
        installed["python"] = run([inside, "-V"], "python").split()[1]
    except HarnessError:
        shutil.rmtree(home, ignore_errors=True)
        raise
    shutil.rmtree(copy, ignore_errors=True)
    (home / READY).write_text(json.dumps(installed))


def _with_package(base: Environment, folder: Path, home: Path) -> Environment:
    """An environment in `home` with a copy of the SDK in `folder`; everything else comes from `base` through a .pth
    file. Takes a fraction of a second, and is built in every run, without bytecode, so that it has the current files.
    It lacks the programs in `base`'s bin/: start them with `python -m …`."""
    run([uv(), "venv", "--quiet", "--clear", "--python", base.home / "bin" / "python", home], "uv venv")
    (packages,), (base_packages,) = (env.glob("lib/python*/site-packages") for env in (home, base.home))
    dist_infos = list(folder.glob(f"{SDK.replace('-', '_')}-*.dist-info"))
    try:
        for source in (folder / "drift", *dist_infos):
            shutil.copytree(source, packages / source.name, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    except OSError as error:
        raise usage(f"E2E_SDK: {folder} cannot be copied: {shorten(error, 300)}") from error
    (packages / "e2e_base.pth").write_text(f"import site; site.addsitedir({str(base_packages)!r})\n")
    versions = dict(base.versions)
    for info in dist_infos:
        versions["sdk"] = info.name.split("-")[1].removesuffix(".dist")
    return replace(base, home=home, versions=versions, sdk_source=f"package {folder}", locked=False)


def specifiers(text: str) -> list[str]:
    """The requirements in E2E_WITH: package names with versions and extras. Raises HarnessError (2) for everything else
    that an installer accepts (options, files, folders, URLs, several lines)."""
    from packaging.requirements import InvalidRequirement, Requirement  # not at start: most commands do not need it

    words = text.split() if text.isprintable() else [text]
    for word in words:
        with contextlib.suppress(InvalidRequirement):
            requirement = Requirement(word)
            if not (requirement.url or requirement.marker or requirement.name.lower().endswith(_FILES)):
                continue
        takes = "packages of the index with blanks between, as in 'flask<3.1 redis==5.0'"
        raise usage(f"E2E_WITH={shorten(text, 300)}: {word!r} is none of what it takes: {takes}")
    return words


def find_python(wanted: str) -> str:
    """Absolute path of the interpreter for E2E_PYTHON: a path, or a version, which is looked up in pyenv and then with
    uv. If `wanted` is empty: the interpreter that the harness's own environment is based on."""
    if not wanted:
        return base_python()
    if "/" in wanted:
        if os.access(path := (ROOT / wanted).absolute(), os.X_OK):
            return str(path)
        raise usage(f"E2E_PYTHON={wanted}: there is no such program; give a path to a python or a version like 3.12")
    if not re.fullmatch(r"3\.\d+(\.\d+)?", wanted):
        raise usage(f"E2E_PYTHON={wanted}: neither a path nor a version like 3.12")
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    with contextlib.suppress(OSError):  # the folder may not be readable
        for candidate in sorted(pyenv.glob(f"{wanted}*/bin/python"), reverse=True):
            if f"{candidate.parents[1].name}.".startswith(f"{wanted}."):
                return os.path.realpath(candidate)
    try:
        found = run([uv(), "python", "find", "--no-python-downloads", wanted], "uv python find")
    except HarnessError:
        raise environment(f"E2E_PYTHON={wanted}: no such Python here; install it, or give its path") from None
    return os.path.realpath(found.strip())


def find_sdk(wanted: str, out: Path = ROOT / "out") -> SdkUnderTest:
    """The SDK that E2E_SDK selects: empty (the release in the lock), a version, a wheel or a folder. `out`: the folder
    of artifacts, which is no part of the SDK even if it is inside that folder."""
    if not wanted:
        return SdkUnderTest("index, as locked", "locked")
    if re.fullmatch(r"\d+(\.\d+)+((a|b|rc|\.dev|\.post)\d+)?", wanted):
        return SdkUnderTest(f"index {wanted}", f"version {wanted}", f"{SDK}=={wanted}")
    path = (ROOT / Path(wanted).expanduser()).resolve()
    if path.is_file() and path.suffix == ".whl":
        return SdkUnderTest(f"wheel {path.name}", digest(path.read_bytes()), str(path))
    if (path / "pyproject.toml").is_file():
        files = tuple(sorted(_sdk_files(path, out)))
        identity = digest(*(part for name in files for part in (name.encode(), (path / name).read_bytes())))
        return SdkUnderTest(f"folder {path}{_state(path)}", identity, None, path, files)
    if (path / "drift" / "__init__.py").is_file():
        return SdkUnderTest(f"package {path}", "package", None, path)
    kinds = "not a version like 0.1.29, a .whl file, or a folder with a pyproject.toml or an installed drift/"
    raise usage(f"E2E_SDK={wanted}: {kinds} ({path})")


def _state(checkout: Path) -> str:
    """` (a1b2c3d, 2 files changed)` for a git checkout, else empty."""
    with contextlib.suppress(HarnessError):
        here = ["pyproject.toml", "drift", ":(exclude)drift/instrumentation/*/e2e-tests"]
        status = run(["git", "status", "--porcelain=v2", "--branch", "--", *here], "git status", checkout)
        if commit := re.search("^# branch.oid ([0-9a-f]{7})", status, re.MULTILINE):
            changed = len(re.findall("^[^#]", status, re.MULTILINE))
            return f" ({commit[1]}" + (f", {changed} file{'s' if changed > 1 else ''} changed)" if changed else ")")
    return ""


def _sdk_files(folder: Path, out: Path) -> Iterator[str]:
    """Relative paths of the checkout's files (those that git lists, if it is a git checkout), without artifacts (in
    `out`), suites (runs write traces there), environments and hidden files."""
    listed = ""
    with contextlib.suppress(HarnessError):
        listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], "git ls-files", folder)
    for path in [folder / name for name in filter(None, listed.split("\0"))] or folder.rglob("*"):
        parts = path.relative_to(folder).parts
        is_other = parts[0] in _NOT_AT_TOP or any(part.startswith(".") or part in _NOWHERE for part in parts)
        if not is_other and path.is_file() and not path.is_relative_to(out.resolve()):
            yield str(path.relative_to(folder))


def _drop_old() -> None:
    """Remove environments that were not used for some days: every edit of a checkout makes one."""
    for ready in ENVIRONMENTS.glob(f"*/{READY}"):
        if time.time() - ready.stat().st_mtime > KEPT_S:
            shutil.rmtree(ready.parent, ignore_errors=True)
            ready.parent.with_suffix(".lock").unlink(missing_ok=True)


def digest(*parts: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()[:12]
