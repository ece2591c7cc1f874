"""Every kind of remedy, in the order in which we prefer them: what was ordered comes before its money."""

from makegood.remedies.kinds.kind import Kind
from makegood.remedies.kinds.new_date import NewDate
from makegood.remedies.kinds.refund import Refund
from makegood.remedies.kinds.send_again import SendAgain
from makegood.remedies.kinds.send_elsewhere import SendElsewhere
from makegood.remedies.kinds.send_faster import SendFaster
from makegood.remedies.kinds.send_part import SendPart
from makegood.remedies.kinds.substitute import SendSubstitute
from makegood.remedies.kinds.upgrade_edition import UpgradeEdition

KINDS: tuple[Kind, ...] = (
    SendFaster(),
    SendElsewhere(),
    SendAgain(),
    SendPart(),
    NewDate(),
    UpgradeEdition(),
    SendSubstitute(),
    Refund(),
)
