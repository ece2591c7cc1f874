"""Addresses of this face: all behind the sign-in."""

from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from makegood.faces.desk import (
    account,
    auth,
    authority,
    carriers,
    case,
    correcting,
    demo,
    entering,
    events,
    handling,
    inbox,
    mailbox,
    mails,
    matching_money,
    messages,
    order_changes,
    parcels,
    picking,
    promises,
    quiet_start,
    refunds,
    reply,
    searching,
    story,
    stuck_work,
    unmatched,
)
from makegood.faces.desk.auth import View, login_required

app_name = "desk"


def _page(route: str, view: View, name: str) -> URLPattern:
    return path(route, login_required(view), name=name)


def _list(route: str, show: View, name: str) -> URLPattern:
    """A page that is only read here; forms on it show it again themselves, with what is wrong."""
    return _page(route, require_safe(show), name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("sign-in", auth.sign_in, name="sign-in"),
    path("sign-in/link", entering.ask, name="ask-to-enter"),
    path("enter/<int:helper_id>/<str:token>", entering.enter, name="enter"),
    path("sign-out", auth.sign_out, name="sign-out"),
    # Signs in by itself: a stream can't wait behind a door that is not asynchronous.
    path("events", events.stream, name="events"),
    _page("", inbox.show, "inbox"),
    _page("inbox", inbox.refresh, "inbox-refresh"),
    _page("cases/<int:number>", case.show, "case"),
    _page("cases/<int:number>/changes", case.refresh, "case-refresh"),
    _page("cases/<int:number>/remedy", handling.grant, "remedy"),
    _page("cases/<int:number>/notes", handling.note, "notes"),
    _page("cases/<int:number>/assignment", handling.assignment, "assignment"),
    _page("cases/<int:number>/closure", handling.closure, "closure"),
    _page("cases/<int:number>/letter/retry", handling.try_letter_again, "letter-retry"),
    _page("cases/<int:number>/handles", handling.reach, "handles"),
    _page("cases/<int:number>/sign-out", handling.sign_out, "sign-out-customer"),
    _page("cases/<int:number>/reply", reply.send, "reply"),
    _page("cases/<int:number>/reply/draft", reply.draft, "reply-draft"),
    _page("cases/<int:number>/reply/check", reply.check, "reply-check"),
    _page("orders/<path:reference>/change/<int:number>/settlement", order_changes.settle, "order-settlement"),
    _page("orders/<path:reference>/change", order_changes.show, "order-change"),
    _page("promises", promises.show, "promises"),
    _page("parcels", parcels.show, "parcels"),
    _page("carriers", carriers.show, "carriers"),
    _list("pick-list", picking.show, "pick-list"),
    _page("pick-list/<int:dispatch_id>/parcel", picking.announce, "announce"),
    _page("pick-list/<int:dispatch_id>/number", correcting.number, "dispatch-number"),
    _page("pick-list/<int:dispatch_id>/address", correcting.door, "dispatch-door"),
    _page("pick-list/<int:place_id>.csv", picking.download, "pick-list-csv"),
    _page("pick-list/stops/<int:task_id>/completion", picking.stopped, "stopped"),
    _page("pick-list/announcements", picking.upload, "announcements"),
    _page("pick-list/notices/<int:notice_id>/retry", picking.tell_again, "tell-again"),
    _list("quiet-start", quiet_start.show, "quiet-start"),
    _page("quiet-start/beginning", quiet_start.start, "quiet-start-begin"),
    _list("refunds", refunds.show, "refunds"),
    _page("refunds/<int:refund_id>/payment", refunds.pay, "refund-paid"),
    _page("refunds/<int:refund_id>/failure", refunds.came_back, "refund-failed"),
    _list("unmatched", unmatched.show, "unmatched"),
    _page("unmatched/<int:unassigned_id>/customer", unmatched.take, "take"),
    _page("unmatched/<int:unassigned_id>/contact", unmatched.answer, "answer-contact"),
    _page("unmatched/<int:unassigned_id>/dismissal", unmatched.dismiss, "dismiss-words"),
    _list("unmatched-money", matching_money.show, "unmatched-money"),
    _page("unmatched-money/<int:unmatched_id>/match", matching_money.match, "match-money"),
    _page("customers/<int:customer_id>/account", account.show, "account"),
    _page("customers/<int:customer_id>/account.pdf", account.paper, "account-pdf"),
    _page("customers/<int:customer_id>/payout", account.pay_out, "pay-out"),
    _page("customers/<int:customer_id>/credit", account.credit, "give-credit"),
    _page("receipts/<int:receipt_id>/return", account.take_back, "return-money"),
    _page("receipts/<int:receipt_id>/conversion", account.convert, "convert-money"),
    _page("messages", messages.show, "messages"),
    _list("mails", mails.show, "mails"),
    _page("mails/refused/dismissal", mails.dismiss_refused, "dismiss-refused-mails"),
    _page("mails/<int:mail_id>/retry", mails.retry, "retry-mail"),
    _page("mails/<int:mail_id>/taking-in", mails.take_in, "take-in-mail"),
    _page("mails/<int:mail_id>/dismissal", mails.dismiss, "dismiss-mail"),
    _page("mails/<int:number>/raw", mails.raw, "raw-mail"),
    _page("mails/<int:number>/formatted", mails.formatted, "formatted-mail"),
    _page("attachments/<int:number>", mails.attachment, "attachment"),
    _page("mails/<int:number>/files/<int:place>", mails.waiting_file, "waiting-file"),
    _list("stuck-work", stuck_work.show, "stuck-work"),
    _page("stuck-work/<int:parked_id>/retry", stuck_work.retry, "retry-stuck-work"),
    _page("stuck-work/<int:parked_id>/dismissal", stuck_work.dismiss, "dismiss-stuck-work"),
    _list("authority", authority.show, "authority"),
    _page("authority/limits", authority.change, "limits"),
    _page("search", searching.show, "search"),
    _list("mailbox", mailbox.show, "mailbox"),
    _page("mailbox/<int:message_id>/answer", mailbox.answer, "answer"),
    _page("demo", demo.show, "demo"),
    _page("demo/clock", demo.move_on, "move-on"),
    _page("story", story.show, "story"),
    _page("story/steps", story.step, "story-step"),
    path("<path:_address>", auth.nowhere),
]
