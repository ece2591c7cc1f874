"""The one router: a path's methods must stand together, whichever file they are written in."""

from ninja import Router

from makegood.faces.api.calls import compared, guarded


def guarded_router() -> Router:
    """Whatever operation is added to it is limited, repeatable and comparable by itself."""
    made = Router()
    made.add_decorator(compared, mode="operation")
    made.add_decorator(guarded, mode="view")
    return made


router = guarded_router()
