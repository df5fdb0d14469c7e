"""Between the protocol's messages and our own types (replay protocol, sections 5, 6 and 8)."""

from __future__ import annotations

import re
import time
from typing import Any

from e2e_common.replay import MIN_SDK_VERSION, VERSION, wire
from e2e_common.replay.depth import parse
from e2e_common.replay.golang import clean
from e2e_common.replay.matching import Request
from e2e_common.traces import Span

SHOWN_FRAMES = 3
_VERSION = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(-[0-9A-Za-z.-]+)?")


def version_problem(sdk_version: str, min_cli_version: str) -> str:
    """Why this SDK and this replayer do not fit, in words; empty when they do (section 5, step 3)."""
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
    """Semantic versions in their order; what is none comes before all others, as a pre-release before its release."""
    found = _VERSION.match(version)
    return (*(int(part) for part in found.groups()[:3]), 0 if found.group(4) else 1) if found else (-1,)


def request_from(message: Any) -> Request:
    """A GetMockRequest message as the matcher wants it. Raises TooDeep."""
    span = message.outbound_span
    schema = schema_from(span.input_schema)
    return Request(
        test_id=message.test_id,
        package=span.package_name,
        submodule=span.submodule_name,
        name=span.name,
        instrumentation=span.instrumentation_name,
        value_hash=span.input_value_hash,
        schema_hash=span.input_schema_hash,
        is_pre_app_start=span.is_pre_app_start,
        value=value_from(span.input_value),
        schema=schema if schema != _EMPTY_SCHEMA else {},  # redis sends an empty one, which counts as none
    )


_EMPTY_SCHEMA = {"type": 0, "properties": {}}


def value_from(data: bytes) -> dict[str, Any]:
    """A Struct as a dict. Raises TooDeep."""
    return wire.from_struct(parse(wire.Struct, data))


def schema_from(data: bytes) -> dict[str, Any]:
    """A JsonSchema in the spelling of the trace files. Raises TooDeep."""
    return _schema(parse(wire.JsonSchema, data))


def _schema(message: Any) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "type": message.type,
        "properties": {key: _schema(value) for key, value in message.properties.items()},
    }
    if message.HasField("items"):
        schema["items"] = _schema(message.items)
    if message.HasField("encoding"):
        schema["encoding"] = message.encoding
    if message.HasField("decoded_type"):
        schema["decodedType"] = message.decoded_type
    if message.HasField("match_importance"):
        schema["match_importance"] = message.match_importance
    return schema


def response_data(span: Span) -> dict[str, Any]:
    """What of an answer to a mock request the SDK reads (section 6.2): the recorded output, and when the call was
    made."""
    return {"response": {"timestamp": rfc3339(span.start_ns), "response": {"body": clean(span.output_value)}}}


def rfc3339(nanoseconds: int) -> str:
    """UTC with exactly six digits of a second: Python up to 3.10 reads neither nine nor two (section 6.4)."""
    seconds, rest = divmod(nanoseconds, 1_000_000_000)
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{rest // 1000:06d}Z"


def frames_of_application(stack: str) -> str:
    """The last frames of a stack trace that are not the SDK's own."""
    frames = [frame for frame in stack.split('  File "') if frame.strip() and "/drift/" not in frame.partition('"')[0]]
    return "".join(f'  File "{frame}' for frame in frames[-SHOWN_FRAMES:])
