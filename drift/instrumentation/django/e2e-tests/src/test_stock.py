from test_calls import user

from e2e_common.record.client import Api
from e2e_common.services.upstream.answers import TEXT

OOLONG = {"id": 2, "name": "oolong", "grams": 100, "price": "9.90"}
SENCHA = {"id": 3, "name": "sencha", "grams": 50, "price": "6.20"}


def requests(api: Api) -> None:
    for wsgi in (False, True):
        api.get("/stock/rows", "queryset", {"rows": [OOLONG, SENCHA], "count": 2}, wsgi=wsgi)
        api.get("/stock/undone", "call in pre_save, rolled back", requests=1, wsgi=wsgi).answers(
            {"inside": 4, "after": 3, "asked": user(2)}
        )
        body = {"before": 0, "after": [user(3)]}
        api.get("/stock/on-commit", "call in on_commit", body, requests=1, wsgi=wsgi)
    worth = [["assam", 500], ["oolong", 200], ["sencha", 100]]
    api.get("/stock/sums", "sums", {"total": 400, "mean": 400 / 3, "rows": 3, "worth": worth, "by_hand": ["SENCHA"]})
    pots, teas = [["oolong", 0.5], ["oolong", 1.5]], {"assam": [], "oolong": [0.5, 1.5], "sencha": []}
    api.get("/stock/related", "related objects", {"pots": pots, "teas": teas, "most": ["oolong", 2]})
    api.get("/async/stock/rows", "async queryset", {"names": ["sencha", "oolong", "assam"], "count": 3, "grams": 100})
    body = {"by_database": "UNIQUE constraint failed: start_tea.name", "by_model": ["name", "price"]}
    api.get("/stock/refused", "IntegrityError and ValidationError", body)
    body = {"given": {"name": "mate", "grams": "5", "price": "1"}, "valid": True, "errors": {}}
    api.get("/stock/form?name=mate&grams=5&price=1", "ModelForm", body)
    errors = {
        "grams": [{"message": "Enter a whole number.", "code": "invalid"}],
        "price": [{"message": "This field is required.", "code": "required"}],
        "name": [{"message": "Tea with this Name already exists.", "code": "unique"}],
    }
    body = {"given": {"name": "assam", "grams": "x"}, "valid": False, "errors": errors}
    api.get("/stock/form?name=assam&grams=x", "ModelForm with errors", body)
    fields = {"name": "assam", "grams": 250, "price": "4.50"}
    api.get("/stock/dumped", "serializer", [{"model": "start.tea", "pk": 1, "fields": fields}])
    api.get("/stock/pages?page=2", "Paginator", {"asked": "2", "number": 2, "more": False, "names": ["sencha"]})
    api.get("/stock/by-name/sencha", "get_object_or_404", {"grams": 50})
    api.get("/stock/by-name/none", "get_object_or_404 raises", {"error": "Http404"}, expect=404, recorded="status")
    api.get("/stock/teas?page=2", "ListView", "sencha: 6.20\npage 2 of 2\n", headers=TEXT)
    page = "== Assam ==\nFrom /items/7, 250 grams\n"
    api.get("/stock/teas/assam", "DetailView", page, headers=TEXT)
