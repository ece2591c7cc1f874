"""A case on which every kind of mail stands, for tests that look at it."""

from makegood.cases.actions import send_reply, take_in_message
from makegood.cases.models import Case
from makegood.channels.actions import note_bounce
from makegood.channels.addresses import bounce_address, reply_address
from makegood.channels.models import IncomingMail, Message
from makegood.kit import clock
from tests import worlds
from tests.mails import arrives, mail, parts

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cf500f0003860180347d6b590000000049454e44ae426082"
)
HTML = (
    '<div style="font-family:Georgia;color:#333"><p>Hello,</p><p>the box was <b>open</b> when it came, see '
    '<img src="cid:the-box.png" alt="the box"> and <a href="https://track.example/1">www.usps.example</a>.</p>'
    '<table><tr><td style="background-color:#eee;padding:4px">2 × Tides</td><td>57.80</td></tr></table>'
    '<img src="https://pixel.example/a.png" width="1" height="1"></div>'
)
WORDS = """The box was open when it came, see the picture.

--\x20
Ada Marsh
Quay 3, Portland

On Mon, 5 Oct 2026 at 09:00, Northlight Books <help@northlight.example> wrote:
> Your parcel is on its way. Look: http://127.0.0.1:8000/enter/WzFd:1abc:xyz?to=/orders
"""


def case_of_letters(*, name: str = "ada") -> Case:
    """Ada's parcel is lost. She asked, was answered twice, wrote back from another address with files, and is away
    since; one letter of ours never reached her, and one she called spam.
    """
    ada = worlds.customer(name)
    worlds.lost("100", by=name)
    worlds.settle()
    case = take_in_message(key=f"w-{name}", customer=ada, body="When does it come?", subject="My box", now=clock.now())
    spam, lost = _letter(case, "Your question"), _letter(case, "Your parcel")
    worlds.work()
    to = reply_address(customer_id=ada.pk, case_number=case.pk)
    files = [
        ("the box.png", "image/png", PNG),
        ("invoice.pdf", "application/pdf", b"MZ\x90\0" + b"\0" * 900),
        ("list.csv", "text/csv", b"sku;title\n1;Tides\n"),
    ]
    raw = parts(WORDS, html=HTML, files=files, sender="Ada <ada.marsh@work.example>", subject="Re: Your parcel")
    arrives(raw, to=(to,))
    away = mail("I am away until Monday.", subject="Out of office", Auto_Submitted="auto-replied")
    arrives(away, to=(bounce_address(message_id=spam.pk),))
    _complained_of(spam)
    note_bounce(message_id=lost.pk, reason="5.1.1 550 no such user here", is_hard=True, now=clock.now())
    worlds.work()
    return case


def _letter(case: Case, subject: str) -> Message:
    key = f"{subject}-{case.customer.reference}"
    return send_reply(case_id=case.pk, key=key, subject=subject, body="Soon.", by=worlds.HELPER, now=clock.now())


def _complained_of(message: Message) -> None:
    report = mail(f"Message-ID: {message.message_id}", subject="complaint", sender="fbl@host.example")
    row = arrives(report)
    IncomingMail.objects.filter(pk=row.pk).update(
        kind="abuse_report", state="alarmed", reason="spam", about=message, customer=message.customer
    )
