"""The psycopg2 suite: its schema and what never changes in it stand in src/schema.sql."""

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from e2e_common.base_runner import E2ETestRunnerBase

SCHEMA = Path(__file__).resolve().parent / "src" / "schema.sql"


class Psycopg2Runner(E2ETestRunnerBase):
    def set_up(self, variables: Mapping[str, str]) -> None:
        import psycopg2  # of the harness; a run that replays a recording does without

        with closing(psycopg2.connect(variables["DATABASE_URL"])) as connection, connection, connection.cursor() as cur:
            cur.execute(SCHEMA.read_text())


if __name__ == "__main__":
    Psycopg2Runner.main(__file__)
