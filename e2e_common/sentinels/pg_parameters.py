"""What PostgreSQL says of itself at log-in (ParameterStatus): as in the recording, but for what a client asks for."""

from __future__ import annotations

import re
from collections.abc import Mapping

ENCODINGS = (
    "BIG5 EUC_CN EUC_JIS_2004 EUC_JP EUC_KR EUC_TW GB18030 GBK ISO_8859_5 ISO_8859_6 ISO_8859_7 ISO_8859_8 JOHAB KOI8R "
    "KOI8U LATIN1 LATIN2 LATIN3 LATIN4 LATIN5 LATIN6 LATIN7 LATIN8 LATIN9 LATIN10 MULE_INTERNAL SHIFT_JIS_2004 SJIS "
    "SQL_ASCII UHC UTF8 WIN866 WIN874 WIN1250 WIN1251 WIN1252 WIN1253 WIN1254 WIN1255 WIN1256 WIN1257 WIN1258"
)
ALIASES = {
    "unicode": "UTF8", "iso88591": "LATIN1", "iso88592": "LATIN2", "iso88593": "LATIN3", "iso88594": "LATIN4",
    "iso88599": "LATIN5", "iso885910": "LATIN6", "iso885913": "LATIN7", "iso885914": "LATIN8", "iso885915": "LATIN9",
    "iso885916": "LATIN10", "koi8": "KOI8R", "shiftjis": "SJIS", "mskanji": "SJIS", "windows949": "UHC",
}  # fmt: skip
SWITCH = {**dict.fromkeys(("on", "true", "yes", "1"), "on"), **dict.fromkeys(("off", "false", "no", "0"), "off")}


def told(recorded: Mapping[str, str], start_up: Mapping[str, str]) -> dict[str, str]:
    """The parameters that a client is told which logs in with `start_up` (its start-up message). Raises nothing."""
    settings = dict(re.findall(r"(?:-c\s*|--)([\w.]+)=((?:\\.|\S)*)", start_up.get("options", "")))
    asked = {name.lower(): value for name, value in {**settings, **start_up}.items()}
    asked["session_authorization"] = start_up.get("user", "")
    asked.setdefault("application_name", "")
    return {
        name: _spelled(name, asked[name.lower()], value) if name.lower() in asked else value
        for name, value in recorded.items()
    }


def _spelled(name: str, asked: str, recorded: str) -> str:
    """A value as a server repeats it: completed, and in its own spelling."""
    if name == "DateStyle":
        style, _, order = asked.upper().partition(",")
        style = {"GERMAN": "German", "POSTGRES": "Postgres"}.get(style.strip(), style.strip())
        usual = "DMY" if style == "German" else recorded.partition(",")[2]
        return f"{style}, {(order or usual).strip()}"
    if name == "client_encoding":
        plain = re.sub(r"[\W_]", "", asked.lower())
        names = {re.sub("_", "", encoding.lower()): encoding for encoding in ENCODINGS.split()}
        return ALIASES.get(plain) or names.get(plain.replace("windows", "win"), asked)
    if recorded in ("on", "off"):
        return SWITCH.get(asked.lower(), asked)
    return asked.lower() if name == "IntervalStyle" else "UTC" if asked.upper() == "UTC" else asked
