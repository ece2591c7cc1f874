"""The small pieces that letters are put together from; the language is the one that is active."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.lists import format_list
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from makegood.kit.localise import format_day, format_deadline, format_money, format_percent, locale_of
from makegood.money.rules import Money
from makegood.replies.rules.lexicon import cardinals
from makegood.replies.rules.values import ItemTruth

_WRITTEN_OUT = range(2, 13)


def day(when: date) -> str:
    return format_day(when, language())


def deadline(when: datetime) -> str:
    """A day and a time until which something holds, by the clocks of its own zone."""
    if not isinstance(when.tzinfo, ZoneInfo):
        raise TypeError("an instant is told in somebody's zone")
    return format_deadline(when, when.tzinfo, language())


def money(amount: Money) -> str:
    return format_money(amount.amount_minor, amount.currency, language())


def percent(share: int) -> str:
    return format_percent(share, language())


def number_in_words(number: int) -> str:
    """Two to twelve written out, the rest in digits."""
    if number not in _WRITTEN_OUT:
        return str(number)
    return next(word for word, value in cardinals(language()).items() if value == number)


def of_your_parcels(one: str, many: str, parcels: Collection[object]) -> str:
    """The sentence for one parcel, or for many beginning with how many; both already translated."""
    if len(parcels) == 1:
        return one
    return capitalised(many % {"count": number_in_words(len(parcels))})


def listed(words: Iterable[str]) -> str:
    return format_list(list(words), locale=locale_of(language()))


def items_in_words(items: Iterable[ItemTruth]) -> str:
    """“The Echo Chamber” and two of “Field Notes”: a name stands in quotes, so that it never reads as our own words."""
    return listed(_item(item) for item in items)


def what_is_short(again: Iterable[ItemTruth], missing: Iterable[ItemTruth]) -> str:
    """What we have no more of, and of what we have only so many as are sent `again`."""
    sent = {item.name: item.quantity for item in again}
    gone = [item for item in missing if item.name not in sent]
    few = [ItemTruth(name=item.name, quantity=sent[item.name]) for item in missing if item.name in sent]
    return together(
        _("We have %(items)s.") % {"items": listed(_only(item) for item in few)} if few else "",
        _("We no longer have %(items)s.") % {"items": items_in_words(gone)} if gone else "",
    )


def to_tender(kind: str, name: str) -> str:
    """Where money goes back, as in "to your Visa ending 4242"; `name` is the shop's label, else the kind again."""
    if name and name != kind:
        return _("to your %(tender)s") % {"tender": name}
    ways = {
        "card": _("to your card"),
        "gift_card": _("to your gift card"),
        "store_credit": _("to your store credit"),
        "transfer": _("to your bank account"),
    }
    return ways.get(kind) or _("the way you paid")


def orders_named(references: Iterable[str]) -> str:
    """Order 10482 · Orders 10482 and 10511, each named once, by their references."""
    orders = list(dict.fromkeys(references))
    return ngettext("Order %(orders)s", "Orders %(orders)s", len(orders)) % {"orders": listed(orders)}


def capitalised(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def together(*sentences: str) -> str:
    """Sentences one after the other; those that don't apply are empty."""
    return " ".join(sentence for sentence in sentences if sentence)


def language() -> str:
    return get_language() or "en"


def _item(item: ItemTruth) -> str:
    if item.quantity == 1:
        return _("“%(name)s”") % {"name": item.name}
    return _("%(count)s of “%(name)s”") % {"count": number_in_words(item.quantity), "name": item.name}


def _only(item: ItemTruth) -> str:
    if item.quantity == 1:
        return _("only one of “%(name)s”") % {"name": item.name}
    return _("only %(count)s of “%(name)s”") % {"count": number_in_words(item.quantity), "name": item.name}
