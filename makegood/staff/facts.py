"""What happens to helpers."""

from datetime import datetime

from makegood.journal.facts import Fact


class HelperAskedToEnter(Fact, of="helper"):
    """Somebody who says that they are this helper wants a link to come in by; at an instant of system time.

    It is no customer's: its customer is 0.
    """

    helper_id: int
    asked_at: datetime
