"""The host that files from outside are served from. Nothing else answers there, so no cookie is ever set or sent.

The desk leads there. Programs, which keep no cookies, are answered at the pages' own address too.
"""

from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.http.request import split_domain_port

from makegood.channels.file_links import Leads, path_to

# On this machine alone: browsers know every name under localhost for it.
NEAR = "files.localhost"
LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}
ADDRESSES = "makegood.faces.files.urls"

Answer = Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]


class FilesHost:
    """Middleware: on the files' host nothing but files answers."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if _host_of(request)[0] in _hosts():
            request.urlconf = ADDRESSES
        return self.get_response(request)


def file_address(request: HttpRequest, leads: Leads, number: int, *, place: int = 0) -> str:
    """Where the reader of `request` finds this thing; empty where the shop has no host for files."""
    origin = files_origin(request)
    return f"{origin}{path_to(leads, number, place=place)}" if origin else ""


def files_origin(request: HttpRequest) -> str:
    """`https://files.shop.example`: as the operator says, or on this machine by itself."""
    if settings.FILES_URL:
        return settings.FILES_URL
    host, port = _host_of(request)
    return _origin(request, NEAR, port) if host in {*LOOPBACK, NEAR} else ""


def desk_origins(request: HttpRequest) -> list[str]:
    """Who may frame what is served here."""
    if settings.FILES_URL:
        return [settings.BASE_URL]
    port = _host_of(request)[1]
    # A policy has no form for IPv6.
    return [_origin(request, host, port) for host in sorted(LOOPBACK) if host[0] != "["]


def _origin(request: HttpRequest, host: str, port: str) -> str:
    return f"{request.scheme}://{host}" + (f":{port}" if port else "")


def _hosts() -> set[str]:
    return {urlsplit(settings.FILES_URL).hostname or ""} if settings.FILES_URL else {NEAR}


def _host_of(request: HttpRequest) -> tuple[str, str]:
    return split_domain_port(request.META.get("HTTP_HOST", "").lower())
