"""The OpenAPI document: what django-ninja knows, and what it can't: bodies we read ourselves, problems, scopes."""

from collections.abc import Mapping
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from pydantic import BaseModel

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
    "503": "Too many are waiting",
}
ACTING_FOR = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "customer:<id> or helper:<id>, percent-encoded; needs the scope act. Authority is then theirs.",
}


class Document(OpenAPISchema):
    """What django-ninja knows, with the scope of each operation."""

    def operation_details(self, operation: Operation) -> dict[str, Any]:
        scopes = [auth.scope.value for auth in operation.auth_callbacks if isinstance(auth, Bearer)]
        return {**super().operation_details(operation), "x-scope": scopes[0] if scopes else ""}


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
        function = operation.view_func
        return f"{function.__module__.rpartition('.')[2]}_{function.__name__}"


def operations_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every operation of an OpenAPI document."""
    return [operation for methods in document["paths"].values() for operation in methods.values()]


def _give_problems(operation: dict[str, Any]) -> None:
    content = {MEDIA_TYPE: {"schema": {"$ref": REFS.format(model="Problem")}}}
    for status, words in ANSWERS.items():
        operation["responses"].setdefault(int(status), {"description": words, "content": content})
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
