"""The httpx suite. It needs no set-up besides the application and the upstream."""

from e2e_common.base_runner import E2ETestRunnerBase


class HttpxRunner(E2ETestRunnerBase):
    pass


if __name__ == "__main__":
    HttpxRunner.main(__file__)
