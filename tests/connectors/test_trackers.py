"""Which carriers are asked is said by settings, and a wrong setting is named before anything begins."""

import pytest

from makegood.parcels.rules.polling import PollLimit
from makegood.trackers import BadAsking, trackers_of

USPS = {"id": "shop", "secret": "s3cret"}


def test_nothing_set_asks_nobody():
    assert list(trackers_of({})) == []


def test_credentials_are_enough():
    (usps,) = trackers_of({"usps": USPS})
    assert (usps.code, usps.limits) == ("usps", (PollLimit(60, 3600),))


def test_limits_may_be_raised():
    (usps,) = trackers_of({"usps": USPS | {"limits": "600/3600, 5000/86400", "url": "http://127.0.0.1:9"}})
    assert usps.limits == (PollLimit(600, 3600), PollLimit(5000, 86_400))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"pigeon": {"id": "1"}}, "MAKEGOOD_ASK_PIGEON_…: we can’t ask 'pigeon'; we can: "),
        ({"usps": {"id": "1"}}, "MAKEGOOD_ASK_USPS_SECRET is missing"),
        ({"usps": USPS | {"sceret": "x"}}, "MAKEGOOD_ASK_USPS_SCERET: there is no such setting"),
        ({"usps": USPS | {"limits": "sixty"}}, "MAKEGOOD_ASK_USPS_LIMITS: 'sixty' is no limit; write calls/seconds"),
        ({"usps": USPS | {"limits": "0/5"}}, "MAKEGOOD_ASK_USPS_LIMITS: a limit is some calls in some seconds"),
    ],
)
def test_a_wrong_setting_is_named(said, words):
    with pytest.raises(BadAsking, match="^" + words.replace("(", "\\(")):
        list(trackers_of(said))
