"""What is written to the log: warnings and worse, one line each, and where it happened for what nobody expected.

One way out for every part (web, worker, receiver, command) and for every logger, ours and the libraries': whatever is
written goes through `redact`, so that no key, no address and no name that an error quotes gets there.
"""

import logging
import sys
import threading
from copy import copy
from types import TracebackType

import structlog

from makegood.kit.redaction import redact


class Redacted(logging.Formatter):
    """An entry as the standard library writes it, without what nobody should read there."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(_by_route(record)))


def _by_route(record: logging.LogRecord) -> logging.LogRecord:
    """Django writes which path was asked, in whose gaps somebody's name may stand, or a key: its route says as much."""
    request = getattr(record, "request", None)
    match = getattr(request, "resolver_match", None)
    if request is None or not isinstance(record.args, tuple):
        return record
    shown, route = copy(record), f"/{match.route}" if match else "none of our addresses"
    shown.args = tuple(route if each == getattr(request, "path", None) else each for each in record.args)
    return shown


def quieten() -> None:
    """Let warnings through, and nothing that a healthy day repeats every second."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacted("%(levelname)s %(name)s: %(message)s"))
    # Whatever was set up before would write the same entry once more, and whole.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("procrastinate").setLevel(logging.ERROR)
    # What a caller got wrong is told to the caller.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    structlog.configure(
        # What a command answers goes to standard output, and nothing else does.
        # Asked for anew each time: whoever has put another stream in its place gets what is said from then on.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.dev.set_exc_info,
            # Not rich's, which is structlog's own choice: it shows what every variable held, so names, addresses and
            # secrets, and takes a second for it.
            structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback),
            lambda _logger, _method, entry: redact(str(entry)),
        ],
    )
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    structlog.get_logger().critical("it ended by a fault of ours", exc_info=(kind, error, trace))


def _uncaught_in_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None and not issubclass(told.exc_type, SystemExit):
        _uncaught(told.exc_type, told.exc_value, told.exc_traceback)
