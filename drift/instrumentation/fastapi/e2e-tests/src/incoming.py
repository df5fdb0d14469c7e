"""Request data: methods, parameters, bodies, forms, uploads."""

from datetime import date
from enum import Enum
from hashlib import sha256
from typing import Annotated, Any, Optional

from fastapi import (
    APIRouter,
    Body,
    Cookie,
    File,
    Form,
    Header,
    HTTPException,
    Path,
    Query,
    Request,
    Response,
    UploadFile,
)
from pydantic import BaseModel, Field

router = APIRouter()
ONLY_ITEM = 7


class Order(str, Enum):
    name = "name"
    price = "price"


class Maker(BaseModel):
    name: str
    city: Optional[str] = None


class Item(BaseModel):
    name: str = Field(min_length=1)
    price: float = Field(gt=0)
    tags: list[str] = Field(default_factory=list)
    maker: Optional[Maker] = None


class Change(BaseModel):
    name: Optional[str] = None
    price: Optional[float] = None


class Paging(BaseModel):
    model_config = {"extra": "forbid"}
    limit: int = Field(10, ge=1)
    tags: list[str] = []


class Common(BaseModel):
    x_trace: str
    x_tag: list[str] = []


class Jar(BaseModel):
    session: str
    theme: Optional[str] = None


class Login(BaseModel):
    name: str
    password: str
    remember: bool = False


def digest(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": sha256(data).hexdigest()}


@router.get("/items")
async def list_items(
    request: Request,
    tag: Annotated[Optional[list[str]], Query()] = None,
    order: Order = Order.name,
    since: Optional[date] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 10,
    flag: bool = False,
) -> Any:
    found = {"tag": tag, "order": order, "since": since and since.strftime("%d %b %Y"), "limit": limit, "flag": flag}
    return {**found, "query": request.url.query}


@router.post("/items", status_code=201)
async def create_item(item: Item, response: Response) -> Item:
    response.headers["Location"] = "/items/7"
    return item


@router.get("/items/{item}")
def get_item(item: Annotated[int, Path(ge=1)]) -> Any:
    return {"id": item}


@router.head("/items/{item}")
def head_item(item: int) -> Response:
    """Whether the item exists. The status says it too: the comparison sees nothing else of a HEAD response."""
    return Response(status_code=200 if item == ONLY_ITEM else 404, headers={"X-Item": str(item)})


@router.put("/items/{item}")
def replace_item(item: int, new: Item, note: Annotated[str, Body()], dry: bool = False) -> Any:
    return {"id": item, "new": new, "note": note, "dry": dry}


@router.patch("/items/{item}")
async def change_item(item: int, change: Change) -> Any:
    return {"id": item, "changed": change.model_dump(exclude_unset=True)}


@router.delete("/items/{item}")
async def delete_item(item: int, request: Request) -> Any:
    return {"deleted": item, "reason": (await request.body()).decode()}


@router.options("/items")
async def item_options(response: Response) -> Any:
    response.headers["Allow"] = "GET, POST, OPTIONS"
    return {"methods": ["GET", "POST", "OPTIONS"]}


@router.api_route("/both/{number}", methods=["GET", "HEAD"])
def both(number: int, request: Request) -> Any:
    return {"number": number, "method": request.method}


@router.get("/files/{name:path}")
async def get_file(name: str) -> Any:
    return {"name": name, "parts": name.split("/")}


@router.get("/headers")
async def headers(
    x_token: Annotated[str, Header()],
    accept_language: Annotated[Optional[str], Header()] = None,
    x_missing: Annotated[str, Header()] = "not sent",
) -> Any:
    return {"token": x_token, "languages": accept_language, "missing": x_missing}


@router.get("/headers/name")
async def header_name(request: Request) -> Any:
    return {"name": request.headers["X-Name"]}


@router.get("/cookies")
def cookies(
    request: Request, response: Response, theme: Annotated[str, Cookie()], lang: Annotated[str, Cookie()] = "en"
) -> Any:
    response.set_cookie("visited", "yes", max_age=60, httponly=True)
    return {"theme": theme, "lang": lang, "all": request.cookies}


@router.get("/models")
def parameter_models(
    page: Annotated[Paging, Query()], heads: Annotated[Common, Header()], jar: Annotated[Jar, Cookie()]
) -> Any:
    """One model for all parameters of a kind."""
    return {"query": page, "headers": heads, "cookies": jar}


@router.post("/form/model")
def form_model(login: Annotated[Login, Form()]) -> Any:
    return login


@router.post("/form")
def form(name: Annotated[str, Form()], tag: Annotated[list[str], Form()], age: Annotated[int, Form()] = 0) -> Any:
    return {"name": name, "tag": tag, "age": age}


@router.post("/upload")
async def upload(
    file: UploadFile, others: Annotated[list[UploadFile], File()], note: Annotated[str, Form()] = ""
) -> Any:
    return {
        "file": {"name": file.filename, "type": file.content_type, **digest(await file.read())},
        "others": [{"name": other.filename, **digest(await other.read())} for other in others],
        "note": note,
    }


@router.post("/raw")
async def raw(request: Request) -> Any:
    """The body, read part by part."""
    return {"type": request.headers.get("Content-Type"), **digest(b"".join([part async for part in request.stream()]))}


@router.post("/unread")
async def unread(request: Request) -> Any:
    return {"announced": request.headers["Content-Length"]}


@router.post("/too-long")
async def too_long(request: Request) -> Any:
    raise HTTPException(413, f"{len(await request.body())} bytes are too many")


@router.post("/text")
async def text(text: Annotated[str, Body(embed=True)]) -> Any:
    return {"text": text, "length": len(text)}


@router.get("/connection")
async def connection(request: Request) -> Any:
    scope = request.scope
    return {
        "client": request.client.host if request.client else None,
        "scheme": request.url.scheme,
        "http": scope["http_version"],
        "path": scope["path"],
        "root": scope.get("root_path"),
        "link": request.app.url_path_for("get_item", item=7),
        "route": scope["route"].path,
    }
