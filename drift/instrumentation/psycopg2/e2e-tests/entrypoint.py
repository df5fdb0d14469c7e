"""The psycopg2 suite. src/schema.sql has its schema and its constant data."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from e2e_common.base_runner import E2ETestRunnerBase

SCHEMA = Path(__file__).resolve().parent / "src" / "schema.sql"


class Psycopg2Runner(E2ETestRunnerBase):
    def set_up(self, variables: Mapping[str, str]) -> None:
        import psycopg2  # installed only in the harness's environment, and not needed for a replay

        with closing(psycopg2.connect(variables["DATABASE_URL"])) as connection, connection, connection.cursor() as cur:
            cur.execute(SCHEMA.read_text())


if __name__ == "__main__":
    Psycopg2Runner.main(__file__)
