"""The OpenAPI document: what django-ninja knows, and what it can't: bodies we read ourselves, problems, scopes."""

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import BaseModel

from makegood.faces.api import repeats, versions
from makegood.faces.api.callers import HEADER, Bearer
from makegood.faces.problems import MEDIA_TYPE

REFS = "#/components/schemas/{model}"
PROBLEM = {
    "type": "object",
    "description": "Problem details (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "Names the kind of problem for good."},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "reason"],
                "properties": {
                    "index": {"type": "integer", "description": "The row's place in a batch, from 0."},
                    "field": {"type": "string"},
                    "reason": {"type": "string"},
                },
            },
        },
    },
}
ANSWERS = {
    "400": "It can't be read",
    "401": "No valid token",
    "403": "Not with this token, or beyond this authority",
    "404": "There is no such thing",
    "409": "Not any more, or not now",
    "413": "It is too large",
    "422": "Something in it can't be taken",
    "429": "Too many calls; Retry-After says in how many seconds there is another",
    "503": "Too many are waiting",
}
ACTING_FOR = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "customer:<id> or helper:<id>, percent-encoded; needs the scope act. Authority is then theirs.",
}


def _header(name: str, description: str, *, is_required: bool = False, **more: Any) -> dict[str, Any]:
    schema = {"type": "string", **more}
    return {"name": name, "in": "header", "required": is_required, "schema": schema, "description": description}


IDEMPOTENCY_KEY = _header(
    repeats.HEADER,
    "The same call under the same key has its effect once and is answered alike for 48 hours; another call: 409.",
    minLength=1,
    maxLength=repeats.LONGEST,
    pattern=r"^[\x21\x23-\x7e]+$",
)
IF_NONE_MATCH = _header("If-None-Match", "An ETag that you have: 304 where nothing changed.")
IF_MATCH = "The ETag of what you saw at {address}: 412 where it changed since."
LIMIT_HEADERS = {
    "RateLimit-Policy": {"schema": {"type": "string"}, "description": "How many calls (q) in how many seconds (w)."},
    "RateLimit": {"schema": {"type": "string"}, "description": "Calls left (r); in t seconds all are there again."},
}
ETAG = {"ETag": {"schema": {"type": "string"}, "description": "The version of what is shown."}}
REPLAYED = {repeats.REPLAYED: {"schema": {"const": "true"}, "description": "It was done before, under this key."}}
RETRY_AFTER = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds."}}


class Document(OpenAPISchema):
    """What django-ninja knows, with the scope of each operation and what it can be told and tells in headers."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        operation.tags = [_tag_of(operation)]
        scopes = [auth.scope.value for auth in operation.auth_callbacks if isinstance(auth, Bearer)]
        details = {**super().operation_details(operation), "x-scope": scopes[0] if scopes else ""}
        is_write = not repeats.WRITES.isdisjoint(operation.methods)
        details["parameters"] = [*details["parameters"], *(_of_writes(operation) if is_write else [IF_NONE_MATCH])]
        details["responses"] = dict(details["responses"])
        for status, answer in details["responses"].items():
            answer["headers"] = {**LIMIT_HEADERS, **(REPLAYED if is_write else ETAG), **answer.get("headers", {})}
            if is_write and status in {200, 201} and versions.shows_what_it_edits(operation):
                answer["headers"] |= ETAG
        if not is_write:
            details["responses"][304] = {"description": "You have it", "headers": {**LIMIT_HEADERS, **ETAG}}
        elif versions.read_of(operation):
            details["responses"] |= _problems({"412": "It is not as you saw it any more"}, ETAG)
            if versions.needs_version(operation):
                details["responses"] |= _problems({"428": "If-Match is needed"})
        return details


TAGS = {
    "carriers": "parcels",
    "history": "journal",
    "notices": "dispatches",
    "replies": "cases",
    "tokens": "administration",
    "writes": "rows in",
}
"""Where operations of a file stand in the document, if not under the file's own name."""


def _tag_of(operation: Operation) -> str:
    file = _file_of(operation)
    return TAGS.get(file, file)


def _file_of(operation: Operation) -> str:
    return operation.view_func.__module__.rpartition(".")[2]


def _of_writes(operation: Operation) -> list[dict[str, Any]]:
    read = versions.read_of(operation)
    if read is None:
        return [IDEMPOTENCY_KEY]
    description = IF_MATCH.format(address=versions.plain_address(read))
    return [IDEMPOTENCY_KEY, _header("If-Match", description, is_required=versions.needs_version(operation))]


def _problems(answers: Mapping[str, str], headers: Mapping[str, Any] | None = None) -> dict[int, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": REFS.format(model="Problem")}}}
    every = {**LIMIT_HEADERS, **(headers or {})}
    return {
        int(status): {"description": description, "content": content, "headers": every}
        for status, description in answers.items()
    }


class Api(NinjaAPI):
    """The API, whose document is whole."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        """The document, with problems on every operation, and bodies that we check row by row."""
        document = Document(self, path_prefix or "")
        schemas = document["components"]["schemas"]
        schemas["Problem"] = PROBLEM
        for operation in operations_of(document):
            _give_problems(operation)
            _give_body(operation, schemas)
        return document

    def get_openapi_operation_id(self, operation: Any) -> str:
        """As in `orders_one`: the file and the function."""
        return f"{_file_of(operation)}_{operation.view_func.__name__}"


def operations_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every operation of an OpenAPI document."""
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def _give_problems(operation: dict[str, Any]) -> None:
    for status, answer in _problems(ANSWERS).items():
        operation["responses"].setdefault(status, answer)
    for status in (409, 429):
        operation["responses"][status]["headers"] = {**LIMIT_HEADERS, **RETRY_AFTER}
    operation["parameters"] = [*operation["parameters"], ACTING_FOR]


def _give_body(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Put the records that a body is made of among the components, where `reads` named one."""
    record = operation.pop("x-record", None)
    if record is None:
        return
    model, is_batch = record
    plain = _among(schemas, model, is_whole=is_batch)
    rows = {"type": "array", "items": plain, "maxItems": MOST_ROWS}
    wrapped = {"type": "object", "required": ["rows"], "properties": {"rows": rows}, "additionalProperties": False}
    schema = {"oneOf": [rows, wrapped]} if is_batch else plain
    operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema}}}


MOST_ROWS = 10_000


def _among(schemas: dict[str, Any], model: type[BaseModel], *, is_whole: bool) -> dict[str, Any]:
    schema = model.model_json_schema(ref_template=REFS)
    schemas.update(schema.pop("$defs", {}))
    if not is_whole:
        # The address names the row, so its body need not.
        return {**schema, "required": [], "title": f"{schema['title']} by its address"}
    schemas[model.__name__] = schema
    return {"$ref": REFS.format(model=model.__name__)}
