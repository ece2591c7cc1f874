"""The API's document, for programs and for people; it loads nothing from anywhere else."""

import json
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from makegood.faces.api.api import api
from makegood.faces.problems import kinds

PREFIX = "v1/"


@cache
def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    plain: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX)))
    return plain


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """For programs."""
    return HttpResponse(json.dumps(document(), ensure_ascii=False, indent=1), content_type="application/json")


@require_GET
def docs(request: HttpRequest) -> HttpResponse:
    """For people."""
    return render(
        request,
        "api/docs.html",
        {"info": document()["info"], "groups": _groups(), "schemas": _schemas(), "problems": sorted(kinds())},
    )


def _groups() -> list[tuple[str, list[dict[str, Any]]]]:
    """Operations by their tag, each with what it takes and gives."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document()["paths"].items():
        for method, operation in methods.items():
            groups.setdefault(operation["tags"][0], []).append(_operation(address, method, operation))
    return sorted(groups.items())


def _operation(address: str, method: str, operation: dict[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    good = [(status, answer) for status, answer in operation["responses"].items() if status.startswith("2")]
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "address": address,
        "summary": operation["summary"],
        "words": operation.get("description", ""),
        "scope": operation.get("x-scope", ""),
        "parameters": [
            {
                "name": each["name"],
                "where": each["in"],
                "type": type_of(each["schema"]),
                "is_required": each.get("required", False),
                "words": each.get("description") or each["schema"].get("description", ""),
            }
            for each in operation["parameters"]
            if each["in"] != "header"
        ],
        "body": type_of(body) if body else "",
        "answers": [
            (status, type_of(answer["content"]["application/json"]["schema"]) if "content" in answer else "nothing")
            for status, answer in good
        ],
    }


def _schemas() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "words": schema.get("description", ""),
            "values": schema.get("enum", ()),
            "fields": [
                {
                    "name": field,
                    "type": type_of(of),
                    "is_required": field in schema.get("required", ()),
                    "words": of.get("description", ""),
                }
                for field, of in schema.get("properties", {}).items()
            ],
        }
        for name, schema in sorted(document()["components"]["schemas"].items())
    ]


def type_of(schema: dict[str, Any]) -> str:
    """A JSON Schema in a word or two, such as `PromiseOut[]` or `string (date-time) | null`."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return " | ".join(dict.fromkeys(type_of(each) for each in schema[many]))
    if schema.get("type") == "array":
        return f"{type_of(schema.get('items', {}))}[]"
    if "enum" in schema or "const" in schema:
        return " | ".join(json.dumps(each) for each in schema.get("enum", [schema.get("const")]))
    kind = schema.get("type", "anything")
    if kind == "object" and schema.get("properties", {}).keys() == {"rows"}:
        return f'{{"rows": {type_of(schema["properties"]["rows"])}}}'
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)
