"""Conversion between the protocol's messages and our types (replay protocol, sections 5, 6 and 8)."""

from __future__ import annotations

import re
import time
from typing import Any

from e2e_common.artifacts.traces import Span
from e2e_common.tusk import wire
from e2e_common.tusk.comparison import clean
from e2e_common.tusk.matching import Request

VERSION = "0.1.0"  # of the protocol; compared with the SDK's min_cli_version
MIN_SDK_VERSION = "0.1.0"
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)")


def version_problem(sdk_version: str, min_cli_version: str) -> str:
    """Why this SDK and this replayer are incompatible; empty if they are compatible (section 5, step 3)."""
    if min_cli_version and _order(min_cli_version) > _order(VERSION):
        return (
            f"SDK {sdk_version} demands a CLI of version {min_cli_version} or newer, but the bundled replayer speaks "
            f"the protocol of {VERSION}: use the official CLI, or an older SDK"
        )
    if _order(sdk_version) < _order(MIN_SDK_VERSION):
        shown = sdk_version or "(none)"
        return f"SDK version {shown}: only releases from {MIN_SDK_VERSION} on, named like that, can be replayed"
    return ""


def _order(version: str) -> tuple[int, ...]:
    """A sort key for semantic versions. An invalid version comes first."""
    match = _VERSION.match(version)
    return tuple(map(int, match.groups())) if match else ()


def request_from(message: Any) -> Request:
    """A GetMockRequest message as a Request. Raises TooDeep."""
    span = message.outbound_span
    return Request(
        test_id=message.test_id,
        package=span.package_name,
        submodule=span.submodule_name,
        name=span.name,
        instrumentation=span.instrumentation_name,
        value_hash=span.input_value_hash,
        schema_hash=span.input_schema_hash,
        is_pre_app_start=span.is_pre_app_start,
        value=wire.value_from(span.input_value),
        schema=wire.schema_from(span.input_schema) if span.input_schema else {},  # redis sends none
    )


def response_data(span: Span) -> dict[str, Any]:
    """The part of a mock response that the SDK reads (section 6.2): the recorded output and the time of the call."""
    return {"response": {"timestamp": rfc3339(span.start_ns), "response": {"body": clean(span.output_value)}}}


def rfc3339(nanoseconds: int) -> str:
    """UTC with exactly six decimals: Python up to 3.10 reads neither nine nor two (section 6.4)."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:06d}Z"
