"""The psycopg suite: creates schema and data before the application starts. `guest` is the server's second role."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing

from e2e_common.base_runner import E2ETestRunnerBase

SCHEMA = """
CREATE TABLE tea (id int PRIMARY KEY, name text NOT NULL UNIQUE, price numeric(6,2), stock int, origin text);
INSERT INTO tea VALUES
    (1, 'Assam', 4.50, 12, 'India'),
    (2, 'Sencha', 7.25, 3, 'Japan'),
    (3, 'Earl Grey', 5.00, 0, NULL),
    (4, 'Darjeeling', 9.90, 7, 'India'),
    (5, 'Genmaicha', 6.10, 5, 'Japan');
CREATE TABLE item (box text, id int, name text NOT NULL, price numeric(6,2), PRIMARY KEY (box, id));
CREATE TABLE setting (name text PRIMARY KEY, value text);
INSERT INTO setting VALUES ('currency', 'EUR'), ('greeting', 'Good morning, ☕');
GRANT SELECT ON tea TO guest;
CREATE TYPE mood AS ENUM ('calm', 'awake');
CREATE TYPE place AS (name text, floor text);
"""


class PsycopgRunner(E2ETestRunnerBase):
    def set_up(self, variables: Mapping[str, str]) -> None:
        """Each request that writes uses a separate `box` in `item`. The other tables are only read."""
        import psycopg2

        with closing(psycopg2.connect(variables["DATABASE_URL"])) as connection, connection, connection.cursor() as cur:
            cur.execute(SCHEMA)


if __name__ == "__main__":
    PsycopgRunner.main(__file__)
