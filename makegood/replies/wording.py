"""News in, letter out: plain sentences in the reader's language, in four parts.

A letter covers all the parcels of its news, each with a truth of its own. The first sentence says what happened;
whatever we believe comes with how sure we are; nobody is told to order again.
"""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from makegood.kit.localise import locale_of
from makegood.replies.phrases import day, of_your_parcels, orders_in_words, orders_named, together
from makegood.replies.remedies_told import remedy_of
from makegood.replies.rules.values import Draft, News, NewsKind, Paragraph, Part, Replacement
from makegood.replies.truths import what_is_wrong, whole_truth

_SORRY_FOR_LONG = frozenset({NewsKind.BROKEN, NewsKind.SENT_AGAIN, NewsKind.SENT_PART, NewsKind.REFUND_PROMISED})


def compose(news: News) -> Draft:
    """The letter that tells `news`, in its language; English where we don't write the language."""
    with override(locale_of(news.language).language):
        return Draft(subject=_subject(news), paragraphs=tuple(_paragraphs(news)))


def compose_opening(news: News, *, subject: str) -> Draft:
    """A letter that is still to be written: greeting and signature, and room for a person's own words between them."""
    with override(locale_of(news.language).language):
        return Draft(
            subject=_("Re: %(subject)s") % {"subject": subject},
            paragraphs=(Paragraph(text=_greeting(news)), Paragraph(text=""), Paragraph(text=_signature(news))),
        )


def _paragraphs(news: News) -> Iterator[Paragraph]:
    yield Paragraph(text=_greeting(news))
    if news.kind is NewsKind.SIGN_IN:
        yield from _sign_in(news)
    else:
        yield Paragraph(part=Part.ACKNOWLEDGEMENT, text=_acknowledgement(news))
        yield from (Paragraph(part=Part.TRUTH, text=text) for text in _truths(news))
        yield Paragraph(part=Part.REMEDY, text=remedy_of(news))
        if news.kind is not NewsKind.RECEIVED:
            yield Paragraph(part=Part.COME_BACK, text=_reason_to_come_back(news))
    yield Paragraph(text=_signature(news))


def _subject(news: News) -> str:
    subjects = {
        NewsKind.IN_DANGER: ngettext(
            "your parcel is in trouble, and what we can do",
            "your parcels are in trouble, and what we can do",
            len(news.parcels),
        ),
        NewsKind.BROKEN: _("not with you on the day we promised"),
        NewsKind.SENT_AGAIN: _("we are sending it again"),
        NewsKind.SENT_PART: _("some of it is sent again, the rest is paid back"),
        NewsKind.REFUND_PROMISED: _("your money back"),
        NewsKind.REPLACEMENT_LEFT: ngettext(
            "your replacement is on its way", "your replacements are on their way", len(news.replacements)
        ),
        NewsKind.TURNED_UP: _("what we thought lost has turned up"),
        NewsKind.RECEIVED: _("we have your message"),
        NewsKind.SIGN_IN: _("your link to your orders"),
    }
    words = {"about": orders_in_words(news.parcels) if news.parcels else news.shop_name, "subject": subjects[news.kind]}
    return _("%(about)s: %(subject)s") % words


def _greeting(news: News) -> str:
    return _("Hello %(name)s,") % {"name": news.customer_name} if news.customer_name else _("Hello,")


def _signature(news: News) -> str:
    return f"{news.helper_name}, {news.shop_name}" if news.helper_name else news.shop_name


def _sign_in(news: News) -> Iterator[Paragraph]:
    yield Paragraph(text=_("Here is the link to your orders: %(link)s") % {"link": news.link})
    yield Paragraph(
        text=_("It is meant for you alone. If you didn’t ask for it, leave it unused: nobody gets in without it.")
    )


def _acknowledgement(news: News) -> str:
    first = {
        NewsKind.IN_DANGER: lambda: together(what_is_wrong(news.parcels), _told_early()),
        NewsKind.BROKEN: lambda: together(_broken(news), _("We’re sorry.")),
        NewsKind.SENT_AGAIN: lambda: _("You are getting the same again. We’re sorry that it came to this."),
        NewsKind.SENT_PART: lambda: _(
            "You are getting some of it again and your money back for the rest. We’re sorry that it came to this."
        ),
        NewsKind.REFUND_PROMISED: lambda: _("You are getting your money back. We’re sorry that it came to this."),
        NewsKind.REPLACEMENT_LEFT: lambda: ngettext(
            "Your replacement is on its way. Thank you for waiting for it.",
            "Your replacements are on their way. Thank you for waiting for them.",
            len(news.replacements),
        ),
        NewsKind.TURNED_UP: lambda: together(_turned_up(news), _("We’re sorry for the worry in between.")),
        NewsKind.RECEIVED: lambda: _("We have your message, and thank you for writing."),
    }
    return together(first[news.kind](), _long_known(news) if news.kind in _SORRY_FOR_LONG else "")


def _told_early() -> str:
    return _("We’re sorry, and would rather tell you now than have you find out.")


def _broken(news: News) -> str:
    late = [parcel for parcel in news.parcels if parcel.broken] or news.parcels
    one = _("Your parcel should have been with you by %(day)s, and it isn’t.")
    many = _("%(count)s of your parcels should have been with you by now, and they aren’t.")
    return of_your_parcels(one % {"day": day(late[0].promised_date)}, many, late)


def _turned_up(news: News) -> str:
    return of_your_parcels(
        _("The parcel that we thought lost has turned up."),
        _("%(count)s of your parcels that we thought lost have turned up."),
        news.parcels,
    )


def _long_known(news: News) -> str:
    if news.customer_since_year is None:
        return _("This isn’t what you were promised.")
    words = {"year": news.customer_since_year}
    return _("You have ordered from us since %(year)s, and this isn’t what you were promised.") % words


def _truths(news: News) -> Iterator[str]:
    if news.kind is NewsKind.REPLACEMENT_LEFT:
        yield from (_where_it_is(new) for new in news.replacements)
    elif news.kind is not NewsKind.RECEIVED:
        yield from (whole_truth(parcel, news) for parcel in news.parcels)


def _where_it_is(new: Replacement) -> str:
    words = {"about": orders_named([new.order_reference]), "carrier": new.carrier_name}
    if new.left_on is None:
        left = _("%(about)s: the new parcel has left us with %(carrier)s.") % words
    else:
        words["day"] = day(new.left_on)
        left = _("%(about)s: the new parcel left us with %(carrier)s on %(day)s.") % words
    return together(left, _("Its tracking number is %(number)s.") % {"number": new.number} if new.number else "")


def _reason_to_come_back(news: News) -> str:
    return together(_perk(news), _kept(news))


def _perk(news: News) -> str:
    if news.free_express_until is None:
        return ""
    return _("Your next order travels by express at our cost, until %(day)s.") % {"day": day(news.free_express_until)}


def _kept(news: News) -> str:
    if news.promises_kept:
        return ngettext(
            "So far we have kept %(count)s promise to you, and we want you to be able to count on the next one.",
            "So far we have kept %(count)s promises to you, and we want you to be able to count on the next one.",
            news.promises_kept,
        ) % {"count": news.promises_kept}
    return _("We want you to be able to count on us again.")
