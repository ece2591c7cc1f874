"""The one router: a path's methods must stand together, whichever file they are written in."""

from ninja import Router

router = Router()
