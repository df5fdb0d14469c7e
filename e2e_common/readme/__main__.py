"""`python -m e2e_common.readme` writes the README's tables anew; `--check` only says whether they are current."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence

from e2e_common.errors import Code, HarnessError, usage
from e2e_common.paths import ROOT
from e2e_common.readme import error_texts, suites

PATH = ROOT / "README.md"
PARTS: dict[str, Callable[[], list[str]]] = {
    "suites": suites.table,
    **{f"errors {code}": lambda code=code: error_texts.listed(code) for code in range(1, 7)},  # type: ignore[misc]
}


def written(text: str) -> str:
    """`text` of a README with every part between `<!-- name: made by make readme -->` and `<!-- /name -->` made anew.
    Raises HarnessError (2) where a part has no such place."""
    for name, lines in PARTS.items():
        place = re.compile(rf"(<!-- {name}: made by `make readme` -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        if not place.search(text):
            raise usage(f"{PATH}: there is no '<!-- {name}: made by `make readme` -->' … '<!-- /{name} -->'")
        part = "\n".join(lines())
        text = place.sub(lambda found, part=part: f"{found[1]}{part}\n{found[2]}", text)  # type: ignore[misc]
    return text


def main(argv: Sequence[str]) -> int:
    """Returns 0; 1 with `--check` where the README is not current; 2 where it has no place for a part."""
    old = PATH.read_text()
    try:
        new = written(old)
    except HarnessError as error:
        sys.stderr.write(f"e2e: {error}\n")
        return error.code
    if "--check" in argv:
        if old != new:
            sys.stderr.write("e2e: the README's tables are not current: make readme\n")
        return int(Code.PASSED if old == new else Code.FAILED)
    if old != new:
        PATH.write_text(new)
    return Code.PASSED


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
