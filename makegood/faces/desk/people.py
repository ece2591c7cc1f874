"""Who did something, by the words with which rows remember them."""

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from makegood.staff.models import Helper
from makegood.staff.queries import all_tokens
from makegood.staff.rules import Standpoint


def names_of(team: Sequence[Helper], *, acted: Iterable[str]) -> Mapping[str, str]:
    """What helpers and programs are called, of programs those that `acted`; who is missing is somebody."""
    named = {f"{standpoint}:{helper.pk}": helper.name for helper in team for standpoint in ("helper", "lead")}
    programs = {name for name in acted if name.startswith(f"{Standpoint.TOKEN}:")}
    tokens = all_tokens().filter(id__in=[name.partition(":")[2] for name in programs]) if programs else ()
    return {**named, **{f"{Standpoint.TOKEN}:{token.pk}": token.name for token in tokens}, "policy:0": _("Makegood")}
