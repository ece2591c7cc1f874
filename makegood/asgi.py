"""The web application, with all its pages: loaded before it listens, so that the first visitor does not wait for it."""

import os

from django.core.asgi import get_asgi_application
from django.urls import get_resolver

from makegood.kit.starting import without_collecting
from makegood.logging import quieten

# Whichever server loads it, the log is the product's own.
quieten()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "makegood.settings")
with without_collecting():
    _application = get_asgi_application()
    get_resolver().url_patterns  # noqa: B018  (asking for them loads them)

from makegood.faces.bodies import Bounded  # noqa: E402  Django is set up now

application = Bounded(_application)
