"""What the requests of ../pools.py state."""

from __future__ import annotations

from stated.words import ONE_ROW, Send, done, held, selected


def requests(get: Send, post: Send) -> None:
    """Send them all."""
    get(
        "/pools/select",
        null=[0, 2, selected("?column? text", "('null pool',)")],
        pool=["teas", 2, 4, selected("id int4, name text", "(2, 'Sencha')")],
        statements=2,
    )
    post("/pools/commit", added=[ONE_ROW] * 3, elsewhere=held("given back", "kept"), statements=4)
    get(
        "/pools/async-select",
        null=selected("?column? text", "('async null pool',)"),
        pool=selected("id int4, name text", "{'id': 4, 'name': 'Darjeeling'}"),
        statements=2,
    )
    post("/pools/async-insert", done("INSERT 0 1", 1), elsewhere=held("cup"), statements=2)
