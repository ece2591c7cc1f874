"""What is written to the log: warnings and worse, one line each, and where it happened for what nobody expected."""

import logging
import sys

import structlog


def quieten() -> None:
    """Let warnings through, and nothing that a healthy day repeats every second."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
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
        ],
    )
