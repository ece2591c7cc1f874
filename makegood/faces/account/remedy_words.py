"""What a customer reads of each kind of remedy, from the offer to what became of it."""

from dataclasses import dataclass

from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from makegood.policies.rules.values import RemedyKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RemedyWords:
    """`wish` is what they ask us where a person has to agree; the last two are the timeline's, by who chose it."""

    button: Lazy
    wish: Lazy
    chosen: Lazy
    asked: Lazy
    promised: Lazy


REMEDY_WORDS = {
    RemedyKind.SEND_FASTER: RemedyWords(
        button=_("Send it"),
        wish=_("Please send order %(order)s by a faster way."),
        chosen=_("We send it by a faster way."),
        asked=_("You asked us to send it by a faster way."),
        promised=_("We promised to send it by a faster way."),
    ),
    RemedyKind.SEND_ELSEWHERE: RemedyWords(
        button=_("Send it"),
        wish=_("Please send order %(order)s from another place."),
        chosen=_("We send it from another place."),
        asked=_("You asked us to send it from another place."),
        promised=_("We promised to send it from another place."),
    ),
    RemedyKind.NEW_DATE: RemedyWords(
        button=_("Accept"),
        wish=_("A later day is fine for order %(order)s."),
        chosen=_("It comes by a later day."),
        asked=_("You accepted a later day."),
        promised=_("We agreed on a later day with you."),
    ),
    RemedyKind.SEND_AGAIN: RemedyWords(
        button=_("Send again"),
        wish=_("Please send order %(order)s again."),
        chosen=_("We send it again."),
        asked=_("You asked us to send it again."),
        promised=_("We promised to send it again."),
    ),
    RemedyKind.SEND_PART: RemedyWords(
        button=_("Send it"),
        wish=_("Please send what you have of order %(order)s, and pay back the rest."),
        chosen=_("We send what we have, and pay back what you paid for the rest."),
        asked=_("You asked us to send what we have, and to pay back the rest."),
        promised=_("We promised to send what we have, and to pay back what you paid for the rest."),
    ),
    RemedyKind.UPGRADE_EDITION: RemedyWords(
        button=_("Send it"),
        wish=_("Please send the other edition for order %(order)s."),
        chosen=_("We send another edition in its place."),
        asked=_("You chose another edition in its place."),
        promised=_("We promised another edition in its place."),
    ),
    RemedyKind.SUBSTITUTE: RemedyWords(
        button=_("Yes, send it"),
        wish=_("Please send what you offered in its place for order %(order)s."),
        chosen=_("We send what you agreed to in its place."),
        asked=_("You chose something else in its place."),
        promised=_("We agreed with you on something else in its place."),
    ),
    RemedyKind.REFUND: RemedyWords(
        button=_("Refund"),
        wish=_("Please give me my money back for order %(order)s."),
        chosen=_("You get your money back."),
        asked=_("You asked for your money back."),
        promised=_("We promised you your money back."),
    ),
}
