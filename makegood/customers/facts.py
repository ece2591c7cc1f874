"""What happens to customers."""

from makegood.journal.facts import Fact


class HandlesCorrected(Fact):
    """Somebody of us put right how a customer is reached: `by` whom, and whether by mail, by phone or both."""

    by: str
    is_email: bool
    is_phone: bool
