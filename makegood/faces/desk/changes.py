"""What a newer version of an order changed, in words."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy, ngettext

from makegood.orders.facts import OrderChanged

FIELDS = {
    "merged_into": gettext_lazy("it travels with another order"),
    "deliver_by_date": gettext_lazy("the promised day"),
    "paid": gettext_lazy("how it was paid"),
    "placed_at": gettext_lazy("when it was placed"),
    "postage_minor": gettext_lazy("the postage"),
    "ship_to": gettext_lazy("the address"),
}


def change_words(fact: OrderChanged) -> str:
    """As in `2 lines added, the address`: which fields are different, never what they held."""
    return ", ".join([*_lines(fact), *(str(FIELDS[name]) for name in fact.fields if name in FIELDS)])


def _lines(fact: OrderChanged) -> Iterator[str]:
    if added := len(fact.lines_added):
        yield ngettext("%(count)s line added", "%(count)s lines added", added) % {"count": added}
    if removed := len(fact.lines_removed):
        yield ngettext("%(count)s line taken out", "%(count)s lines taken out", removed) % {"count": removed}
    if changed := len(fact.lines_changed):
        yield ngettext("%(count)s line changed", "%(count)s lines changed", changed) % {"count": changed}
