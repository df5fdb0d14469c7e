"""What stands where the services stood, during replay (design.md, "Two processes, two worlds").

A correct replay reaches no service: every answer comes from the recording. So at each service's address stands a
sentinel, which learns what was asked, refuses it, and writes it to touched.jsonl, where the judge reads it (verdict
rule 6). Only PostgreSQL's lets a client in, since psycopg and psycopg2 connect before the SDK answers for them.

standing.py is what a replay uses; server.py the one thread behind all of them; http.py, redis.py and postgres.py know
what is said on a connection, as bytes in and bytes out, and e2e_common/services/ who answers for which service.
"""
