"""What a helper reads of each kind of remedy, from the list of who may grant what to what was granted."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from makegood.policies.rules.values import Besides, Grantable, RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyWords:
    """`title` is that of a choice, with what goes again and back; `granted` is the timeline's sentence;
    `made_good` ends the headline of a case.
    """

    name: Lazy
    title: Lazy
    granted: Lazy
    made_good: Lazy


REMEDY_WORDS = {
    RemedyKind.SEND_FASTER: RemedyWords(
        name=_("Send faster"),
        title=_("Send it by %(services)s"),
        granted=_("%(who)s had it sent faster, to arrive on %(day)s; it costs us %(cost)s."),
        made_good=_("sent faster, due %(day)s"),
    ),
    RemedyKind.SEND_ELSEWHERE: RemedyWords(
        name=_("Send from elsewhere"),
        title=_("Send it from %(places)s"),
        granted=_("%(who)s had it sent from elsewhere, to arrive on %(day)s; it costs us %(cost)s."),
        made_good=_("sent from elsewhere, due %(day)s"),
    ),
    RemedyKind.NEW_DATE: RemedyWords(
        name=_("A later day"),
        title=_("A later day, if they accept it"),
        granted=_("%(who)s moved it to %(day)s, which the customer accepts."),
        made_good=_("a later day, due %(day)s"),
    ),
    RemedyKind.SEND_AGAIN: RemedyWords(
        name=_("Send again"),
        title=ngettext_lazy("Send the same again", "Send all %(again)s items again", "again"),
        granted=_("%(who)s had it sent again, to arrive on %(day)s; it costs us %(cost)s."),
        made_good=_("sent again, due %(day)s"),
    ),
    RemedyKind.SEND_PART: RemedyWords(
        name=_("Send part, pay the rest back"),
        title=_("Send %(again)s, pay %(back)s back"),
        granted=_("%(who)s had part sent, to arrive on %(day)s, and the rest paid back; it costs us %(cost)s."),
        made_good=_("part sent, due %(day)s"),
    ),
    RemedyKind.UPGRADE_EDITION: RemedyWords(
        name=_("Upgrade the edition"),
        title=_("Send %(instead)s in its place, at no charge"),
        granted=_("%(who)s had another edition sent in its place, to arrive on %(day)s; it costs us %(cost)s."),
        made_good=_("another edition, due %(day)s"),
    ),
    RemedyKind.SUBSTITUTE: RemedyWords(
        name=_("Send a substitute"),
        title=_("Send %(instead)s in its place, if they want it"),
        granted=_("%(who)s agreed on something else in its place, to arrive on %(day)s; it costs us %(cost)s."),
        made_good=_("a substitute, due %(day)s"),
    ),
    RemedyKind.REFUND: RemedyWords(
        name=_("Pay back"),
        title=_("Pay the money back %(sum)s"),
        granted=_("%(who)s chose the money back; it costs us %(cost)s."),
        made_good=_("money back"),
    ),
}

# All that may be granted, by what it is called.
GRANTABLE_NAMES: Mapping[Grantable, str | Lazy] = {
    **{remedy: words.name for remedy, words in REMEDY_WORDS.items()},
    Besides.CREDIT: _("Credit"),
}
