"""The Docker runtime: recording and replay run in containers of `docker compose`. This package runs outside of them;
inside runs the same code as without Docker (e2e_common/base_runner.py)."""
