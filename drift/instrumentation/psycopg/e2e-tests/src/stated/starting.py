"""What the requests of ../starting.py state."""

from __future__ import annotations

from stated.words import Send, columns


def requests(get: Send, _: Send) -> None:
    """Send them all."""
    rows = ["b'Assam\\tIndia\\n'", "b'Sencha\\tJapan\\n'", "b'Earl Grey\\t\\\\N\\n'"]
    get("/starting/copied", [rows], statements=0)
    get("/starting/streamed", [["('Darjeeling',)", "('Genmaicha',)"]], statements=0)
    get("/starting/many", [[["('kettle',)", "('kettle',)", "('sieve',)"], columns("name text")]], statements=0)
    get("/starting/server-cursor", [["('Earl Grey',)"]], statements=0)
    get("/starting/async", [["('India',)"]], statements=0)
