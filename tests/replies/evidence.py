"""Records for tests of the truth check, in a line each."""

from datetime import time

from makegood.replies.rules.claims import Count, Counted, Evidence, Subject, Tense, Topic, Year

DONE, TO_COME = Tense.DONE, Tense.TO_COME


def about(*orders, parcel=""):
    return frozenset(Subject(order, parcel) for order in orders)


def promised(day, source="promised delivery", of=frozenset()):
    """A day on which goods shall be there."""
    return Evidence(value=day, source=source, about=of, topic=Topic.ARRIVAL, tense=TO_COME)


def left(day=None, of=frozenset(), source="label made", topic=Topic.DEPARTURE):
    """That goods left, and on which day."""
    deed = Evidence(value=topic, source=source, about=of, topic=topic, tense=DONE)
    return [deed] + ([Evidence(value=day, source=source, about=of, topic=topic, tense=DONE)] if day else [])


def replaced(day=None, of=frozenset()):
    """That a replacement left. What left is under way as well."""
    return [*left(day, of, "replacement left", Topic.REPLACEMENT), *left(None, of, "replacement left")]


def delivered(day, of=frozenset()):
    deed = Evidence(value=Topic.ARRIVAL, source="delivered", about=of, topic=Topic.ARRIVAL, tense=DONE)
    return [deed, Evidence(value=day, source="delivered", about=of, topic=Topic.ARRIVAL, tense=DONE)]


def replacement_delivered(day, of=frozenset()):
    deed = Evidence(
        value=Topic.REPLACEMENT_ARRIVAL, source="delivered", about=of, topic=Topic.REPLACEMENT_ARRIVAL, tense=DONE
    )
    return [deed, *delivered(day, of)]


def scanned(day, of=frozenset()):
    return Evidence(value=day, source="scan", about=of, topic=Topic.SCAN, tense=DONE)


def wrote(day, of=frozenset()):
    return Evidence(value=day, source="they wrote", about=of, topic=Topic.MESSAGE, tense=DONE)


def refund(value, of=frozenset(), source=None, tense=TO_COME):
    """A sum to be paid back, or the day by which it is."""
    return Evidence(value=value, source=source or f"{value} to be paid back", about=of, topic=Topic.REFUND, tense=tense)


def refunded(*values, of=frozenset()):
    deed = Evidence(value=Topic.REFUND, source="paid back", about=of, topic=Topic.REFUND, tense=DONE)
    return [deed, *(refund(value, of, "paid back", DONE) for value in values)]


def cancelled(of=frozenset()):
    """That an order is."""
    topic = Topic.CANCELLATION
    return Evidence(value=topic, source="cancelled", about=of, topic=topic, tense=DONE)


def arranged(of=frozenset()):
    """That money is to go back."""
    topic = Topic.REFUND_ARRANGED
    return Evidence(value=topic, source="to be paid back", about=of, topic=topic, tense=DONE)


def price(money, of=frozenset()):
    return Evidence(value=money, source=str(money), about=of)


def number(value, of=frozenset()):
    return Evidence(value=value, source=value, about=of)


def order(reference):
    return number(reference, about(reference))


def parcel(tracking, of):
    return number(tracking, about(of, parcel=tracking))


def count(value, of=Counted.UNITS, whose=frozenset()):
    return Evidence(value=Count(value, of), source=str(value), about=whose)


def year(value):
    return Evidence(value=Year(value), source=str(value))


def at(hour, minute=0):
    return Evidence(value=time(hour, minute), source=f"{hour:02}:{minute:02}")


def later(day, source):
    """A day to come that is no delivery's and no refund's."""
    return Evidence(value=day, source=source, tense=TO_COME)
