"""The requests suite. It needs no set-up besides the application and the upstream."""

from e2e_common.base_runner import E2ETestRunnerBase


class RequestsRunner(E2ETestRunnerBase):
    pass


if __name__ == "__main__":
    RequestsRunner.main(__file__)
