"""What the requests of ../stock.py state: the ORM, which works under the SDK as it does without it."""

from stated.words import TEXT, Send, fetched, user

OOLONG = {"id": 2, "name": "oolong", "grams": 100, "price": "9.90"}
SENCHA = {"id": 3, "name": "sencha", "grams": 50, "price": "6.20"}


def requests(send: Send) -> None:
    """Send them all."""
    for wsgi in (False, True):
        send("rows", "/stock/rows", {"rows": [OOLONG, SENCHA], "count": 2}, wsgi=wsgi)
        asked = fetched("/users/2", **user(2))
        body = {"inside": 4, "after": 3, "asked": asked}
        send(
            "call of a model's signal, in a transaction that is undone",
            "/stock/undone",
            body,
            calls={"requests": 1},
            wsgi=wsgi,
        )
        body = {"before": 0, "after": [fetched("/users/3", **user(3))]}
        send("call after a transaction", "/stock/on-commit", body, calls={"requests": 1}, wsgi=wsgi)
    worth = [["assam", 500], ["oolong", 200], ["sencha", 100]]
    send("sums", "/stock/sums", {"total": 400, "mean": 400 / 3, "rows": 3, "worth": worth, "by_hand": ["SENCHA"]})
    pots, teas = [["oolong", 0.5], ["oolong", 1.5]], {"assam": [], "oolong": [0.5, 1.5], "sencha": []}
    send("related rows", "/stock/related", {"pots": pots, "teas": teas, "most": ["oolong", 2]})
    body = {"names": ["sencha", "oolong", "assam"], "count": 3, "grams": 100}
    send("rows, async", "/async/stock/rows", body)
    body = {"by_database": "UNIQUE constraint failed: start_tea.name", "by_model": ["name", "price"]}
    send("row that is refused", "/stock/refused", body)
    given = {"name": "mate", "grams": "5", "price": "1"}
    body = {"given": given, "valid": True, "errors": {}}
    send("form of a model", "/stock/form?name=mate&grams=5&price=1", body)
    errors = {
        "grams": [{"message": "Enter a whole number.", "code": "invalid"}],
        "price": [{"message": "This field is required.", "code": "required"}],
        "name": [{"message": "Tea with this Name already exists.", "code": "unique"}],
    }
    body = {"given": {"name": "assam", "grams": "x"}, "valid": False, "errors": errors}
    send("form of a model, with errors", "/stock/form?name=assam&grams=x", body)
    fields = {"name": "assam", "grams": 250, "price": "4.50"}
    send("rows serialised", "/stock/dumped", [{"model": "start.tea", "pk": 1, "fields": fields}])
    send("page of rows", "/stock/pages?page=2", {"asked": "2", "number": 2, "more": False, "names": ["sencha"]})
    send("row or 404", "/stock/by-name/sencha", {"grams": 50})
    send("row or 404, and it is 404", "/stock/by-name/none", {"error": "Http404"}, expect=404, recorded="status")
    send("list of a generic view", "/stock/teas?page=2", "sencha: 6.20\npage 2 of 2\n", headers=TEXT)
    page = "== Assam ==\nFrom /items/7, 250 grams\n"
    send("detail of a generic view, template that extends another", "/stock/teas/assam", page, headers=TEXT)
