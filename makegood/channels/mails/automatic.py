"""Whether a program answered: by its head, or by a subject that programs alone write.

A subject that speaks of absence proves nothing by itself: “Vacation: please hold my order” is a customer's. It counts
where the head says that a program sent it, or where it stands before the subject that it answers (“Away: Re: …”).
"""

import re
import tomllib
from pathlib import Path

from makegood.channels.mails.fields import MESSAGE_ID, Fields

WORDS = tomllib.loads((Path(__file__).parent / "kind_words.toml").read_text(encoding="utf-8"))["auto_reply"]
# What programs put before a subject that is answered, and before one that is passed on.
ANSWER = (
    r"(?:re|r|aw|antw|antwort|sv|svar|hv|vs|rv|ref|rif|res|odp|ynt|vá|ats|atb|bls|απ|отн|отв|відп|回复|回覆|答复|回信|返信|답장|회신)"
    r"\s?[:：]"
)
BEFORE = rf"\W{{0,4}}(?P<answered>(?:{ANSWER}|(?:fw|fwd|wg|tr|vl|ilt|ot)\s?:)\s?)?\W{{0,3}}"
# What says of itself that nobody wrote it, in the languages that Outlook, Gmail and the like speak.
NAMED = re.compile(rf"{BEFORE}(?:{'|'.join(WORDS['named'])})", re.IGNORECASE)
# What a person may write as well.
ABSENT = re.compile(rf"{BEFORE}(?:{'|'.join(WORDS['subjects'])})", re.IGNORECASE)
BODY = re.compile("|".join(WORDS["bodies"]), re.IGNORECASE)
# What follows such words where a program puts them before the subject that it answers.
ENDS_NAMED = re.compile(
    r"(?:\s(?:d['’]|de |di |da |do |of |per |por |pour )?(?:absence|ausencia|assenza|ausência|absència|vacan\w{2,6}))?"
    rf"(?:\s?(?:[:：\])】)-]|re\b|$)|\s(?:from|of|von|de|da|van|från|fra)\s[^:：]{{1,60}}\s{ANSWER})",
    re.IGNORECASE,
)
ANSWERED_SUBJECT = re.compile(rf"[\s!.]{{0,3}}[:：\])】-]?\s{{0,3}}{ANSWER}", re.IGNORECASE)
# Words before the subject that is answered, and no sign of an answer: “Sisitemu ya moja kwa moja: Order 100”.
PREFIXED = re.compile(rf"(?!{ANSWER}|(?:fwd?|wg)\s?[:：])[^\W\d_][^\[\]():：]{{2,60}}[:：]\s?\S", re.IGNORECASE)
COLON = re.compile(r"\s?[:：]")
# What nobody tells a program to say: something asked, or of an order or a parcel.
ASKS = re.compile(
    r"[?？؟]|\b(?:orders?|parcels?|packages?|bestellung|paket|sendung|\w{0,5}liefer\w*|zustell\w*|commande|colis|livr\w+|pedido"
    r"|paquete|ordine|pacco|bestelling|pakket|bezorg\w*|beställning\w*|ordre|pakke\w*|zamówieni\w*|paczk\w*|заказ\w*|посылк\w*"
    r"|neighbo\w+|nachbar\w*|voisin\w*|vecin\w*|vicin[oi]|buren|granne\w*|nabo\w*"
    r"|hold|deliver\w*|redeliver\w*|cancel\w*|refund\w*|gardez|garder|entreg\w+|guard(?:en|ar)|conseg\w+|bewaar\w*|lever(?:era|er|ans)\w*"
    r"|dostarcz\w*|doruč\w*|достав\w*|придерж\w*)\b|配達|配送|送货|送貨|배송",
    re.IGNORECASE,
)
# Fields that automatic answers bear, whatever their value.
ANSWERED_BY_MACHINE = (
    "x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autoreply-from", "x-mail-autoreply",
    "autoresponder", "x-auto-response-from", "x-vacation", "x-fc-machinegenerated",
)  # fmt: skip
BODY_CHARS = 1_500


def is_auto_reply(fields: Fields, text: str, *, is_returned: bool) -> bool:
    """Whether a program answers a mail with this head. `is_returned`: its return path is a mail server's."""
    if is_automatic_by_head(fields, is_returned=is_returned):
        return True
    if fields.plain("x-autoreply").lower() == "no":
        return False
    hinted = is_returned or _precedence(fields) in {"bulk", "junk"} or _answers(fields)
    return _says_so(fields.words("subject"), text[:BODY_CHARS], of_machine=_is_of_machine(fields), hinted=hinted)


def is_automatic_by_head(fields: Fields, *, is_returned: bool) -> bool:
    """Whether its head says that a program sent an answer: the subject may be in any language."""
    if proves_automatic(fields, is_returned=is_returned):
        return True
    return _is_of_machine(fields) and (_answers(fields) or NAMED.match(fields.words("subject")) is not None)


def proves_automatic(fields: Fields, *, is_returned: bool) -> bool:
    """Whether nobody can have written it: a field says so that automatic answers alone bear, or a program sent it, or
    to nobody's return path, under a subject that programs put before the one that they answer.

    Ticket systems send what their people write as auto-generated, too, and such words have a reader.
    """
    if fields.plain("auto-submitted").lower().startswith("auto-replied"):
        return True
    if any(fields.has(name) for name in ANSWERED_BY_MACHINE):
        return fields.plain("x-autoreply").lower() != "no"
    if _precedence(fields) in {"auto_reply", "autoreply"}:
        return True
    subject = fields.words("subject")
    if _is_named(subject):
        return is_returned or _is_of_machine(fields)
    return _is_of_machine(fields) and _answers(fields) and PREFIXED.match(subject) is not None


def _is_named(subject: str) -> bool:
    """Whether a subject says of itself, and of no mail that it answers or passes on, that nobody wrote it."""
    named = NAMED.match(subject)
    return named is not None and not named["answered"] and ENDS_NAMED.match(subject, named.end()) is not None


def _precedence(fields: Fields) -> str:
    return fields.plain("precedence").lower().replace("-", "_")


def _answers(fields: Fields) -> bool:
    return any(MESSAGE_ID.search(fields.plain(name)) for name in ("in-reply-to", "references"))


def _is_of_machine(fields: Fields) -> bool:
    return fields.plain("auto-submitted").lower().startswith("auto-") or _suppresses_all(fields)


def _suppresses_all(fields: Fields) -> bool:
    """Exchange asks so of its absence notes; of people's mails it asks for less (`DR, OOF, AutoReply`)."""
    return fields.plain("x-auto-response-suppress").strip().lower() == "all"


def _says_so(subject: str, text: str, *, of_machine: bool, hinted: bool) -> bool:
    """`of_machine`: its head says that a program sent it. `hinted`: it may be one, as it answers a mail, say."""
    if NAMED.match(subject):
        # “Re: Automatic reply: …” is a person's who answers what a program wrote.
        return of_machine or _is_named(subject)
    absent = ABSENT.match(subject)
    if absent is None or (absent["answered"] and not of_machine):
        return False
    if ANSWERED_SUBJECT.match(subject, absent.end()):
        return True
    says_body = BODY.search(text) is not None and not ASKS.search(text)
    if of_machine:
        return says_body or ENDS_NAMED.match(subject, absent.end()) is not None
    # Before the subject of the mail that it answers, with words that programs are given, and nothing that is asked.
    return hinted and says_body and COLON.match(subject, absent.end()) is not None
