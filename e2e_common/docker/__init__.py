"""The Docker runtime: a run's two worlds as containers of `docker compose`. Everything here runs outside of them; what
runs inside is the same as without Docker (e2e_common/base_runner.py)."""
