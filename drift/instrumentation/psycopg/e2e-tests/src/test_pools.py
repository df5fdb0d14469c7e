from words import ONE_ROW, done, held, selected

from e2e_common.requester import Api


def requests(api: Api) -> None:
    api.get("/pools/select", psycopg=2).answers(
        null=[0, 2, selected("?column? text", "('null pool',)")],
        pool=["teas", 2, 4, selected("id int4, name text", "(2, 'Sencha')")],
    )
    api.post("/pools/commit", psycopg=4).answers(added=[ONE_ROW] * 3, elsewhere=held("given back", "kept"))
    api.get("/pools/async-select", psycopg=2).answers(
        null=selected("?column? text", "('async null pool',)"),
        pool=selected("id int4, name text", "{'id': 4, 'name': 'Darjeeling'}"),
    )
    api.post("/pools/async-insert", psycopg=2).answers(done("INSERT 0 1", 1), elsewhere=held("cup"))
