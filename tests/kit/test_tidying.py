"""What has outlived its use goes by the worker's own tidying."""

from datetime import timedelta

from django.db.models import F

from makegood import wiring
from makegood.kit import answers
from makegood.kit.limits import RateLimit, take
from makegood.kit.models import Bucket, GivenAnswer

LIMIT = RateLimit(name="test", quota=3, window=timedelta(hours=3))


def test_only_what_is_over_goes(db):
    for key in ("old", "new"):
        take(limit=LIMIT, whose=key)
        kept = answers.StoredResponse(status=200, headers={}, body=b"{}")
        answers.keep(caller="token:1", key=key, asked_digest="", answer=kept)
    assert wiring.tidy() == 0
    GivenAnswer.objects.filter(key="old").update(kept_until=F("kept_until") - answers.KEPT_FOR)
    Bucket.objects.filter(pk=Bucket.objects.order_by("full_at").values("pk")[:1]).update(
        full_at=F("full_at") - timedelta(hours=2)
    )
    assert wiring.tidy() == 2
    assert [row.key for row in GivenAnswer.objects.all()] == ["new"]
    assert Bucket.objects.count() == 1
