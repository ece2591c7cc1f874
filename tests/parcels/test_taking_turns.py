"""Whoever waits for a parcel goes by what is believed of it afterwards, not by what was when they began to wait."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections, transaction

from makegood.kit import clock, sql
from makegood.parcels import actions
from makegood.parcels.models import Parcel
from makegood.parcels.rules.scans import ScanKind
from tests import worlds
from tests.waiting import until
from tests.worlds import DAY, HOUR, MONDAY

WAITS = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


@pytest.mark.usefixtures("committed")
def test_a_word_that_waited_counts_against_the_delivery_that_came_meanwhile():
    worlds.open_shop()
    worlds.customer()
    parcel = worlds.shipped()
    worlds.say(parcel, ScanKind.DELIVERED)
    actions.say_not_received(parcel_id=parcel.pk, now=clock.now())
    clock.freeze(MONDAY + DAY)
    again_at = clock.now() + HOUR

    def again():
        try:
            actions.say_not_received(parcel_id=parcel.pk, now=again_at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor() as threads:
        with transaction.atomic():
            worlds.say(parcel, ScanKind.DELIVERED, at=clock.now() - timedelta(minutes=5))
            spoken = threads.submit(again)
            until(lambda: sql.tuples(WAITS), what="the customer's word to wait for the carrier's")
        spoken.result(30)
    row = Parcel.objects.get()
    assert (row.estimate.verdict, row.said_not_received_at) == ("not_received", again_at)
