"""The one router: a path's methods must stand together, whichever file they are written in.

Whatever operation is added to it is limited, repeatable and comparable by itself.
"""

from ninja import Router

from makegood.faces.api.calls import compared, guarded

router = Router()
router.add_decorator(compared, mode="operation")
router.add_decorator(guarded, mode="view")
