"""Every kind of change there is."""

from makegood.changes.kinds.add_lines import AddLines
from makegood.changes.kinds.cancel import Cancel
from makegood.changes.kinds.change_address import ChangeAddress
from makegood.changes.kinds.change_items import ChangeItems
from makegood.changes.kinds.change_tender import ChangeTender
from makegood.changes.kinds.kind import Kind
from makegood.changes.kinds.merge import Merge
from makegood.changes.kinds.send_back import Exchange, Return
from makegood.changes.kinds.split_delivery import SplitDelivery
from makegood.policies.rules.values import ChangeKind

_ALL: tuple[Kind, ...] = (
    Cancel(),
    ChangeAddress(),
    ChangeItems(),
    ChangeTender(),
    AddLines(),
    Merge(),
    SplitDelivery(),
    Return(),
    Exchange(),
)
KINDS: dict[ChangeKind, Kind] = {kind.kind: kind for kind in _ALL}
