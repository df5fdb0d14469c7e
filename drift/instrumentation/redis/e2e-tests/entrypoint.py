"""The redis suite: stores the data that the application loads at startup. Each request creates its other data."""

from __future__ import annotations

from collections.abc import Mapping

from e2e_common.base_runner import E2ETestRunnerBase

CATALOGUE = b"0123456789ab" * 100_000


class RedisRunner(E2ETestRunnerBase):
    def set_up(self, variables: Mapping[str, str]) -> None:
        import redis

        client = redis.Redis.from_url(variables["REDIS_URL"])
        client.set("shop:catalogue", CATALOGUE)
        client.hset("shop:greeting", mapping={"de": "Grüß Gott", "en": "hello"})
        client.close()


if __name__ == "__main__":
    RedisRunner.main(__file__)
