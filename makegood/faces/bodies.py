"""Bodies from outside, read no further than they may be long."""

from django.http import HttpRequest

from makegood.faces.problems import Problem


def raw_body(request: HttpRequest, *, most: int) -> bytes:
    """The body as it was sent, of at most `most` bytes; its stated length is believed only where it is too much.

    Raises:
        Problem: it is longer.
    """
    stated = request.headers.get("Content-Length", "")
    if not (stated.isdecimal() and int(stated[:20]) > most):
        raw = request.read(most + 1)
        if len(raw) <= most:
            return raw
    raise Problem("too-large", f"at most {most} bytes at once")
