"""The redis suite: nothing to set up, each request makes what it needs."""

from e2e_common.base_runner import E2ETestRunnerBase


class RedisRunner(E2ETestRunnerBase):
    pass


if __name__ == "__main__":
    RedisRunner.main(__file__)
