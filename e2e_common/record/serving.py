"""`make services-<suite>`: run a suite's services for an application that is started by hand."""

from __future__ import annotations

import shlex
import signal
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from e2e_common import services
from e2e_common.artifacts.run_folder import RunFolder
from e2e_common.util.errors import Code, usage
from e2e_common.util.interrupts import Interrupted, Interrupts


def serve(
    suite_dir: Path, folder: RunFolder, options: Mapping[str, str], set_up: Callable[[Mapping[str, str]], None]
) -> int:
    """Start the services of the suite in `suite_dir`, call `set_up`, print the variables with their addresses, and wait
    for a signal. `folder`: for the logs. Returns 0 after Ctrl-C, 143 after TERM. Raises HarnessError."""
    with Interrupts() as interrupts:
        running = services.Services([], folder.logs, options)
        try:
            folder.lock()
            if not (names := services.declared(suite_dir)):
                raise usage(f"{suite_dir / 'docker-compose.yml'} names no services")
            folder.clear_recording()
            running = services.Services(names, folder.logs, options)
            running.start()
            running.wait()
            variables = services.variables(running.addresses, folder.root)
            set_up(variables)
            exports = [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
            print("# for a second terminal; Ctrl-C here ends the services", *exports, sep="\n", flush=True)
            while True:
                running.check_alive()
                time.sleep(0.5)
        except Interrupted as error:
            return Code.PASSED if error.signum == signal.SIGINT else error.code
        finally:
            interrupts.hold()
            running.close()
