from words import Results, about, done, held, selected


def requests(api: Results) -> None:
    api.post("/pipelines/after", psycopg=3).answers(
        added=done("INSERT 0 1", 1), found=selected("name text", "('Assam',)"), nothing=selected("name text")
    )
    api.post("/pipelines/sync", psycopg=3).answers(
        count=done("UPDATE 1", 1),
        price=["(Decimal('1.00'),)", about("price numeric", 1, "SELECT 1")],
        rows=selected("name text", "('cup',)", status="INSERT 0 1"),
    )
    api.get("/pipelines/fetch-inside", body=["[('Assam', 12)]"])
    api.post("/pipelines/executemany", psycopg=2).answers(
        before=done(None, 0), elsewhere=held("cup 0", "cup 1", "cup 2")
    )
    api.post("/pipelines/executemany-after", psycopg=2).answers(
        done("INSERT 0 1", 3), elsewhere=held("cup 0", "cup 1", "cup 2")
    )
    api.get("/pipelines/error", psycopg=2).finds(
        "?column? text", "('after it',)", error="psycopg.errors.DivisionByZero", message="division by zero"
    )
