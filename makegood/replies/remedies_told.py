"""The remedy in sentences: what we offer, or what we are doing, with its date."""

from django.utils.translation import gettext as _

from makegood.replies.phrases import day, items_in_words, money, number_in_words, together
from makegood.replies.rules.values import News, NewsKind, Offer, OfferKind


def remedy_of(news: News) -> str:
    """What we offer, or what is under way; where it is, and by when."""
    told = {
        NewsKind.SENT_AGAIN: _sent_again,
        NewsKind.SENT_PART: _sent_part,
        NewsKind.REFUND_PROMISED: _refund_promised,
        NewsKind.REPLACEMENT_LEFT: _replacement_left,
        NewsKind.TURNED_UP: _turned_up,
        NewsKind.RECEIVED: _answer_to_come,
    }
    return told.get(news.kind, _offered)(news)


def _offered(news: News) -> str:
    if not news.offers:
        return together(_answer_to_come(news), _follow(news))
    sentences = [_offer(offer, is_first=place == 0) for place, offer in enumerate(news.offers)]
    return together(*sentences, _("Choose here: %(link)s") % {"link": news.link} if news.link else "")


def _offer(offer: Offer, *, is_first: bool) -> str:
    if offer.kind is OfferKind.SEND_AGAIN:
        return together(_offer_again(offer), _travels(offer.service_words), _("You pay nothing and send nothing back."))
    if offer.kind is OfferKind.SEND_PART:
        return together(_offer_part(offer), _travels(offer.service_words))
    return _offer_refund(offer, is_first=is_first)


def _offer_again(offer: Offer) -> str:
    if offer.arrives_date is None:
        return _("We can send you the same again.")
    return _("We can send you the same again, to be with you on %(day)s.") % {"day": day(offer.arrives_date)}


def _offer_part(offer: Offer) -> str:
    first = _("We no longer have everything that was in it, but we can send you again what we have.")
    if offer.arrives_date is not None:
        first = _(
            "We no longer have everything that was in it, but we can send you again what we have, "
            "to be with you on %(day)s."
        ) % {"day": day(offer.arrives_date)}
    if offer.money is None:
        return together(first, _("We would give you the money for the rest back."))
    words = {"money": money(offer.money)}
    if offer.settles_date is None:
        return together(first, _("For the rest we would give you %(money)s back.") % words)
    words["day"] = day(offer.settles_date)
    return together(first, _("For the rest we would give you %(money)s back, by %(day)s.") % words)


def _offer_refund(offer: Offer, *, is_first: bool) -> str:
    if offer.money is None:
        return _("We can give you your money back.") if is_first else _("Or we give you your money back.")
    words = {"money": money(offer.money)}
    if offer.settles_date is None:
        sentence = (
            _("We can give you your money back, %(money)s.")
            if is_first
            else _("If you would rather have your money back, that is %(money)s.")
        )
        return sentence % words
    words["day"] = day(offer.settles_date)
    sentence = (
        _("We can give you your money back: %(money)s, by %(day)s.")
        if is_first
        else _("If you would rather have your money back, that is %(money)s, by %(day)s.")
    )
    return sentence % words


def _travels(service: str) -> str:
    return _("It would travel by %(service)s.") % {"service": service} if service else ""


def _sent_again(news: News) -> str:
    return together(
        _("We are sending you the same again, at our cost."), _new_parcel(news), _if_it_turns_up(news), _follow(news)
    )


def _sent_part(news: News) -> str:
    again = {"items": items_in_words(news.again)}
    back = {"items": items_in_words(news.paid_back)}
    if news.refund is not None:
        back["money"] = money(news.refund)
    return together(
        _("We are sending you %(items)s again, at our cost.") % again,
        _new_parcel(news),
        _("For %(items)s, which we no longer have, we are giving you %(money)s back.") % back if news.refund else "",
        _refund_by(news),
        _if_it_turns_up(news),
        _follow(news),
    )


def _refund_promised(news: News) -> str:
    if news.refund is None:
        first = _("We are giving you your money back.")
    else:
        first = _("We are giving you %(money)s back.") % {"money": money(news.refund)}
    return together(first, _refund_by(news), _follow(news))


def _refund_by(news: News) -> str:
    if news.refund_by is None:
        return ""
    return _("It will be with you by %(day)s at the latest.") % {"day": day(news.refund_by)}


def _replacement_left(news: News) -> str:
    days = [new.arrives for new in news.replacements if new.arrives is not None]
    arrives = ""
    if len(days) > 1:
        arrives = _("They will all be with you by %(day)s.") % {"day": day(max(days))}
    elif days:
        arrives = _("It will be with you on %(day)s.") % {"day": day(days[0])}
    return together(arrives, _("There is nothing to pay and nothing to send back."), _follow(news))


def _new_parcel(news: News) -> str:
    if news.new_parcels > 1:
        return _new_parcels(news)
    words = {"service": news.replacement_service}
    if news.replacement_arrives is None:
        return _("The new parcel travels by %(service)s.") % words if news.replacement_service else ""
    words["day"] = day(news.replacement_arrives)
    if news.replacement_service:
        return _("The new parcel travels by %(service)s and will be with you on %(day)s.") % words
    return _("The new parcel will be with you on %(day)s.") % words


def _new_parcels(news: News) -> str:
    words = {"count": number_in_words(news.new_parcels)}
    if news.replacement_arrives is None:
        return _("It travels in %(count)s new parcels.") % words
    words["day"] = day(news.replacement_arrives)
    return _("It travels in %(count)s new parcels, and all of them will be with you by %(day)s.") % words


def _if_it_turns_up(news: News) -> str:
    if len(news.parcels) > 1:
        return _("If an earlier parcel turns up after all, nobody will charge you for it.")
    return _("If the first parcel turns up after all, nobody will charge you for it.")


def _turned_up(news: News) -> str:
    return together(
        _("What we sent you instead stays yours.") if news.sent_again_before else "",
        _("Keep what turned up, or send it back at our cost, whichever suits you: nobody will charge you for it."),
        _("Tell us here what you would like: %(link)s") % {"link": news.link} if news.link else "",
    )


def _answer_to_come(news: News) -> str:
    if news.reply_by is None:
        return _("A person here is looking into it, and you will have an answer from us.")
    words = {"day": day(news.reply_by)}
    return _("A person here is looking into it, and you will have an answer from us by %(day)s.") % words


def _follow(news: News) -> str:
    return _("Follow it here: %(link)s") % {"link": news.link} if news.link else ""
