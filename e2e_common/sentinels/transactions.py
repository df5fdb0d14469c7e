"""The statements that PostgreSQL's sentinel answers, and what they do to a session: transactions and nothing else.

The drivers send these around what the SDK answers from the recording, so a correct replay sends them too. Their grammar
is in PostgreSQL's manual, part VI (BEGIN, COMMIT, ROLLBACK, SAVEPOINT, …); the prepared ones (two-phase commit) change
more than a transaction and are not among them.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass

IDLE, OPEN, FAILED = b"I", b"T", b"E"

_SPACE = re.compile(r"(?:[ \t\n\r\f\v]+|--[^\n\r]*)+")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_WORD = re.compile(r'[A-Za-z_\x80-\U0010ffff][\w$]*|"(?:[^"]|"")+"|,')
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)  # the server folds ASCII letters alone
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_LEVEL = r"ISOLATION LEVEL (?:SERIALIZABLE|REPEATABLE READ|READ (?:UN)?COMMITTED)"
_MODE = rf"(?:{_LEVEL}|READ (?:ONLY|WRITE)|(?:NOT )?DEFERRABLE)"
_MODES = re.compile(rf"(?:{_MODE}(?:(?: ,)? {_MODE})*)?")


@dataclass(frozen=True)
class Statement:
    """`verb`: BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT, RELEASE or ROLLBACK TO; `name` of a savepoint;
    `chain`: AND CHAIN."""

    verb: str
    name: str = ""
    chain: bool = False


@dataclass(frozen=True)
class Notice:
    """A warning, with its SQLSTATE."""

    code: str
    text: str


class SqlError(Exception):
    """What a server would refuse too. `code`: the SQLSTATE."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


def read(sql: str) -> tuple[list[Statement], str]:
    """The statements with which `sql` begins, and what follows from the first one on that is none of them ("": that was
    all). Both are empty where `sql` holds no statement at all."""
    statements: list[Statement] = []
    position = _skip(sql, 0, ";")
    while position < len(sql):
        begin = position
        words, position = _words(sql, begin)
        whole = position == len(sql) or sql[position] == ";"
        statement = _statement(words) if whole and words else None
        if statement is None:
            return statements, sql[begin:].strip()
        statements.append(statement)
        position = _skip(sql, position, ";")
    return statements, ""


def _skip(sql: str, position: int, also: str = "") -> int:
    """The next position that is not white space, comment (they nest) or `also`."""
    while position < len(sql):
        space = _SPACE.match(sql, position)
        if space:
            position = space.end()
        elif also and sql[position] == also:
            position += 1
        elif sql.startswith("/*", position) and (end := _comment_end(sql, position)):
            position = end
        else:
            break
    return position


def _comment_end(sql: str, position: int) -> int:
    depth = 0
    for mark in _COMMENT_MARK.finditer(sql, position):
        depth += 1 if mark[0] == "/*" else -1
        if depth == 0:
            return mark.end()
    return 0


def _words(sql: str, position: int) -> tuple[list[str], int]:
    words = []
    while word := _WORD.match(sql, position):
        words.append(word[0])
        position = _skip(sql, word.end())
    return words, position


def _statement(words: list[str]) -> Statement | None:
    upper = [word.translate(_UPPER) for word in words]
    if upper[0] == "BEGIN":
        modes = upper[2:] if upper[1:2] in (["WORK"], ["TRANSACTION"]) else upper[1:]
        return Statement("BEGIN") if _MODES.fullmatch(" ".join(modes)) else None
    if upper[:2] == ["START", "TRANSACTION"]:
        return Statement("START TRANSACTION") if _MODES.fullmatch(" ".join(upper[2:])) else None
    if upper[0] == "SAVEPOINT":
        return _of_savepoint("SAVEPOINT", words[1:])
    if upper[0] == "RELEASE":
        return _of_savepoint("RELEASE", words[2:] if upper[1:2] == ["SAVEPOINT"] and len(words) == 3 else words[1:])
    if upper[0] in ("COMMIT", "END", "ROLLBACK", "ABORT"):
        return _end(words, upper)
    return None


def _end(words: list[str], upper: list[str]) -> Statement | None:
    start = 2 if upper[1:2] in (["WORK"], ["TRANSACTION"]) else 1
    if upper[0] == "ROLLBACK" and upper[start : start + 1] == ["TO"]:
        named = start + 1
        named += upper[named : named + 1] == ["SAVEPOINT"] and len(words) == named + 2
        return _of_savepoint("ROLLBACK TO", words[named:])
    chains = {(): False, ("AND", "CHAIN"): True, ("AND", "NO", "CHAIN"): False}
    chain = chains.get(tuple(upper[start:]))
    verb = "COMMIT" if upper[0] in ("COMMIT", "END") else "ROLLBACK"
    return None if chain is None else Statement(verb, chain=chain)


def _of_savepoint(verb: str, words: list[str]) -> Statement | None:
    if len(words) != 1 or words[0] == ",":
        return None
    name = words[0]
    return Statement(verb, name[1:-1].replace('""', '"') if name[0] == '"' else name.translate(_LOWER))


class Transactions:
    """The transaction of one session. `status`: IDLE, OPEN or FAILED, as ReadyForQuery says it."""

    def __init__(self) -> None:
        self.status = IDLE
        self._savepoints: list[str] = []

    def run(self, statement: Statement) -> tuple[str, list[Notice]]:
        """Do what `statement` says. Returns the command tag and warnings. Raises SqlError; call `fail` then."""
        self.check(statement)
        verb = statement.verb
        if verb in ("BEGIN", "START TRANSACTION"):
            return verb, self._begin()
        if verb in ("COMMIT", "ROLLBACK"):
            return self._end(statement)
        if self.status == IDLE:
            needs = {"RELEASE": "RELEASE SAVEPOINT", "ROLLBACK TO": "ROLLBACK TO SAVEPOINT"}.get(verb, verb)
            raise SqlError("25P01", f"{needs} can only be used in transaction blocks")
        return self._savepoint(verb, statement.name), []

    def check(self, statement: Statement | None) -> None:
        """Whether `statement` (None: an empty one) is taken now. Raises SqlError in a failed transaction, but for what
        ends it."""
        verb = statement.verb if statement else ""
        if self.status == FAILED and verb not in ("COMMIT", "ROLLBACK", "ROLLBACK TO"):
            text = "current transaction is aborted, commands ignored until end of transaction block"
            raise SqlError("25P02", text)

    def fail(self) -> None:
        """An error has been answered: an open transaction is good for nothing but its end."""
        if self.status == OPEN:
            self.status = FAILED

    def _begin(self) -> list[Notice]:
        if self.status == OPEN:
            return [Notice("25001", "there is already a transaction in progress")]
        self.status = OPEN
        return []

    def _end(self, statement: Statement) -> tuple[str, list[Notice]]:
        if self.status == IDLE:
            if statement.chain:
                raise SqlError("25P01", f"{statement.verb} AND CHAIN can only be used in transaction blocks")
            return statement.verb, [Notice("25P01", "there is no transaction in progress")]
        tag = "ROLLBACK" if self.status == FAILED else statement.verb
        self.status = OPEN if statement.chain else IDLE
        self._savepoints.clear()
        return tag, []

    def _savepoint(self, verb: str, name: str) -> str:
        if verb == "SAVEPOINT":
            self._savepoints.append(name)
            return verb
        if name not in self._savepoints:
            raise SqlError("3B001", f'savepoint "{name}" does not exist')
        last = len(self._savepoints) - 1 - self._savepoints[::-1].index(name)
        del self._savepoints[last + (verb == "ROLLBACK TO") :]
        if verb == "RELEASE":
            return verb
        self.status = OPEN
        return "ROLLBACK"
