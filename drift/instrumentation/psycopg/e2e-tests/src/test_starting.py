from words import columns

from e2e_common.requester import Api


def requests(api: Api) -> None:
    rows = ["b'Assam\\tIndia\\n'", "b'Sencha\\tJapan\\n'", "b'Earl Grey\\t\\\\N\\n'"]
    api.get("/starting/copied", body=[rows], psycopg=0)
    api.get("/starting/streamed", body=[["('Darjeeling',)", "('Genmaicha',)"]], psycopg=0)
    api.get("/starting/many", body=[[["('kettle',)", "('kettle',)", "('sieve',)"], columns("name text")]], psycopg=0)
    api.get("/starting/server-cursor", body=[["('Earl Grey',)"]], psycopg=0)
    api.get("/starting/async", body=[["('India',)"]], psycopg=0)
