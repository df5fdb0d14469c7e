from e2e_common.requester import Api


def requests(api: Api) -> None:
    api.get("/connections/info", psycopg=0).answers(
        database=["app", "app", True, True],
        options=["app", "app", "tea shop"],
        parameters=["UTC", "UTF8", None],
        password=True,
        server=["PostgreSQL", True, True, True],
        session=["utf-8", "UTC"],
        state=[False, False, False, None],
        status=["OK", "OFF", ""],
    )
    api.get("/connections/handlers", body=["NOTICE: it boils", "kettle: boils"], psycopg=3)
    api.get("/connections/notifies", body=["whistle: blown"], psycopg=2)
    api.get("/connections/loaded-at-start", psycopg=0).answers(currency="EUR", greeting="Good morning, ☕")
