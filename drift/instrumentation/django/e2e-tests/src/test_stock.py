from test_calls import user

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import TEXT

OOLONG = {"id": 2, "name": "oolong", "grams": 100, "price": "9.90"}
SENCHA = {"id": 3, "name": "sencha", "grams": 50, "price": "6.20"}


def requests(api: Api) -> None:
    for wsgi in (False, True):
        api.get("/stock/rows", "rows", {"rows": [OOLONG, SENCHA], "count": 2}, wsgi=wsgi)
        api.get(
            "/stock/undone", "call of a model's signal, in a transaction that is undone", requests=1, wsgi=wsgi
        ).answers({"inside": 4, "after": 3, "asked": user(2)})
        body = {"before": 0, "after": [user(3)]}
        api.get("/stock/on-commit", "call after a transaction", body, requests=1, wsgi=wsgi)
    worth = [["assam", 500], ["oolong", 200], ["sencha", 100]]
    api.get("/stock/sums", "sums", {"total": 400, "mean": 400 / 3, "rows": 3, "worth": worth, "by_hand": ["SENCHA"]})
    pots, teas = [["oolong", 0.5], ["oolong", 1.5]], {"assam": [], "oolong": [0.5, 1.5], "sencha": []}
    api.get("/stock/related", "related rows", {"pots": pots, "teas": teas, "most": ["oolong", 2]})
    api.get("/async/stock/rows", "rows, async", {"names": ["sencha", "oolong", "assam"], "count": 3, "grams": 100})
    body = {"by_database": "UNIQUE constraint failed: start_tea.name", "by_model": ["name", "price"]}
    api.get("/stock/refused", "row that is refused", body)
    body = {"given": {"name": "mate", "grams": "5", "price": "1"}, "valid": True, "errors": {}}
    api.get("/stock/form?name=mate&grams=5&price=1", "form of a model", body)
    errors = {
        "grams": [{"message": "Enter a whole number.", "code": "invalid"}],
        "price": [{"message": "This field is required.", "code": "required"}],
        "name": [{"message": "Tea with this Name already exists.", "code": "unique"}],
    }
    body = {"given": {"name": "assam", "grams": "x"}, "valid": False, "errors": errors}
    api.get("/stock/form?name=assam&grams=x", "form of a model, with errors", body)
    fields = {"name": "assam", "grams": 250, "price": "4.50"}
    api.get("/stock/dumped", "rows serialised", [{"model": "start.tea", "pk": 1, "fields": fields}])
    api.get("/stock/pages?page=2", "page of rows", {"asked": "2", "number": 2, "more": False, "names": ["sencha"]})
    api.get("/stock/by-name/sencha", "row or 404", {"grams": 50})
    api.get("/stock/by-name/none", "row or 404, and it is 404", {"error": "Http404"}, expect=404, recorded="status")
    api.get("/stock/teas?page=2", "list of a generic view", "sencha: 6.20\npage 2 of 2\n", headers=TEXT)
    page = "== Assam ==\nFrom /items/7, 250 grams\n"
    api.get("/stock/teas/assam", "detail of a generic view, template that extends another", page, headers=TEXT)
