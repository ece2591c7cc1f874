"""Which reactions follow which facts, which rooms are swept, and what stands behind each port."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import procrastinate
import structlog
from django.conf import settings
from django.db import connections
from procrastinate.jobs import Job

from makegood.cases import quiet_start
from makegood.cases import reactions as cases
from makegood.cases.facts import CaseOpened
from makegood.channels import reactions as channels
from makegood.channels.facts import MailArrived, MessageBounced, MessageFailed, MessageRequested
from makegood.channels.mailer import PORT as MAIL
from makegood.channels.mailer import LocalMailer, Mailer, NoMailer
from makegood.connectors.dhl.tracking import Dhl
from makegood.connectors.fedex.tracking import Fedex
from makegood.connectors.smtp.mailer import SmtpMailer
from makegood.connectors.stripe.gateway import StripeGateway
from makegood.connectors.ups.tracking import Ups
from makegood.connectors.usps.tracking import Usps
from makegood.connectors.webhooks.addresses import networks
from makegood.connectors.webhooks.sender import WebhookWarehouse
from makegood.customers.facts import HandlesCorrected
from makegood.demo_money import know_dispute
from makegood.faces.sweeping import SWEEPER, Swept
from makegood.journal.actions import ATTEMPTS, DEATHS, WorkersDied, dead_letter, react
from makegood.journal.facts import Fact
from makegood.journal.queries import jobs_waiting
from makegood.journal.registry import REACTIONS
from makegood.kit import clock, sql
from makegood.kit.answers import forget_old as forget_old_answers
from makegood.kit.limits import forget_full as forget_full_buckets
from makegood.orders import hearing
from makegood.orders import reactions as order_reactions
from makegood.orders.facts import OrderCancelled, OrderChanged
from makegood.parcels import actions as parcels
from makegood.parcels import queries as parcel_reads
from makegood.parcels import reactions as parcel_reactions
from makegood.parcels import warehouse_notices
from makegood.parcels.carrier import CARRIERS
from makegood.parcels.facts import (
    DispatchAccepted,
    DispatchCancelled,
    DispatchNoticeDue,
    DispatchReaddressed,
    DispatchRefused,
    DispatchRequested,
    ParcelLabelled,
    ParcelRenumbered,
    ShortageTakenBack,
    UnitsShort,
    VerdictChanged,
)
from makegood.parcels.tracker import TRACKERS
from makegood.parcels.warehouse import PORT as WAREHOUSE
from makegood.payments import reactions as payments
from makegood.payments import sweeping as credits_given
from makegood.payments.console_gateway import ConsoleGateway
from makegood.payments.facts import (
    DisputeAnswered,
    DisputeDecided,
    DisputeMoved,
    DisputeRaised,
    MoneyReceived,
    RefundCameBack,
    RefundRequested,
    RefundSent,
    RefundSettled,
)
from makegood.payments.gateway import PORT as GATEWAY
from makegood.payments.gateway import Gateway
from makegood.policies.queries import policies_named
from makegood.promises import actions as promises
from makegood.promises import queries as promise_reads
from makegood.promises.facts import PromiseAtRisk, PromiseBroken, PromiseMadeGood, PromiseRevised, PromiseWithdrawn
from makegood.remedies import reactions as remedies
from makegood.remedies.facts import RemedyGranted
from makegood.staff.facts import HelperAskedToEnter
from makegood.trackers import trackers_of

log = structlog.get_logger()

# Each room with due rows; parcels first, so that a promise that breaks tells what we believe at that instant.
SWEEPS: tuple[Callable[[datetime, int], int], ...] = (
    parcels.sweep,
    promises.sweep,
    credits_given.sweep,
    warehouse_notices.sweep,
    quiet_start.sweep,
)
SWEEP_LIMIT = 10_000
# What changes that which cases live on.
CASES_LIVE_ON: tuple[type[Fact], ...] = (
    OrderCancelled,
    OrderChanged,
    DispatchCancelled,
    PromiseWithdrawn,
    PromiseMadeGood,
    PromiseRevised,
    ShortageTakenBack,
)
# The name of the lock that everybody holds who sweeps.
SWEEPING = "sweep"
# When each of them would find something next.
NEXT_DUE: tuple[Callable[[], datetime | None], ...] = (
    parcel_reads.next_due_at,
    promise_reads.next_due_at,
    credits_given.next_due_at,
    quiet_start.next_due_at,
)


def bind(app: procrastinate.App) -> None:
    """Register reactions, ports and jobs; once, when Django is ready.

    Raises:
        BadPolicy: the shop's policy is wrong, and better seen now than by the first customer.
        PolicyUnreadable: there is none where the settings say.
    """
    policies_named()
    REACTIONS.register(VerdictChanged, cases.look_after_parcels, gathers=True, should_run=cases.changes_something)
    REACTIONS.register(OrderCancelled, parcel_reactions.forget_dispatches)
    REACTIONS.register(OrderCancelled, remedies.forget_stops, should_run=remedies.have_stops)
    REACTIONS.register(OrderChanged, parcel_reactions.readdress, should_run=parcel_reactions.changes_address)
    REACTIONS.register(PromiseRevised, parcel_reactions.watch_for_new_day, should_run=parcel_reactions.is_to_deliver)
    for dispatch_fact in (DispatchRequested, DispatchReaddressed, DispatchCancelled, DispatchNoticeDue):
        REACTIONS.register(
            dispatch_fact,
            parcel_reactions.notify_warehouse,
            outside=True,
            destination="place_id",
            should_run=parcel_reactions.has_to_be_told,
        )
    REACTIONS.register(PromiseBroken, cases.answer_for_broken_promises, gathers=True)
    REACTIONS.register(PromiseAtRisk, cases.look_after_unsent, gathers=True)
    REACTIONS.register(UnitsShort, cases.look_after_short, gathers=True)
    # After what the same facts have parcels do: what cases live on is looked at when it has changed.
    for change in CASES_LIVE_ON:
        REACTIONS.register(change, cases.reconsider_cases, gathers=True, should_run=cases.has_an_open_case)
    REACTIONS.register(RemedyGranted, cases.confirm_remedy)
    REACTIONS.register(ParcelLabelled, cases.tell_replacement_left, should_run=cases.leaves_for_somebody)
    REACTIONS.register(ParcelLabelled, remedies.note_dispatch_left, should_run=remedies.is_of_a_dispatch)
    REACTIONS.register(ParcelRenumbered, cases.tell_number_corrected)
    REACTIONS.register(ParcelLabelled, remedies.note_left_all_the_same, should_run=remedies.is_to_be_stopped)
    REACTIONS.register(DispatchAccepted, remedies.note_dispatch_accepted)
    REACTIONS.register(DispatchRefused, remedies.note_dispatch_refused)
    REACTIONS.register(DispatchCancelled, remedies.note_dispatch_cancelled)
    REACTIONS.register(CaseOpened, cases.look_again)
    # First, so that what came of several refunds at once is told in one letter.
    REACTIONS.register(RefundSettled, cases.note_refund_done, gathers=True, should_run=cases.were_asked_here)
    REACTIONS.register(RefundCameBack, cases.look_after_refunds, gathers=True, should_run=cases.were_asked_here)
    REACTIONS.register(OrderCancelled, cases.tell_orders_cancelled, gathers=True, should_run=cases.were_cancelled_here)
    REACTIONS.register(MoneyReceived, cases.tell_what_came, gathers=True, should_run=cases.came_by_themselves)
    for refund_fact in (RefundSent, RefundSettled, RefundCameBack):
        REACTIONS.register(refund_fact, remedies.follow_refund, should_run=remedies.are_of_grants)
    REACTIONS.register(RefundSettled, remedies.say_refund_done, should_run=remedies.are_of_grants)
    for dispute_fact in (DisputeRaised, DisputeMoved, DisputeDecided):
        REACTIONS.register(dispute_fact, cases.look_after_dispute)
    REACTIONS.register(DisputeDecided, order_reactions.look_after_decided)
    REACTIONS.register(MailArrived, cases.take_in_arrived)
    REACTIONS.register(MessageBounced, cases.look_after_bounced)
    REACTIONS.register(MessageFailed, cases.look_after_failed)
    REACTIONS.register(HandlesCorrected, cases.send_to_new_address)
    REACTIONS.register(RefundRequested, payments.send_refund, outside=True, should_run=payments.is_for_gateway)
    REACTIONS.register(DisputeAnswered, payments.answer_dispute, outside=True)
    REACTIONS.register(MessageRequested, channels.deliver_requested, outside=True)
    REACTIONS.register(HelperAskedToEnter, channels.let_helper_in, outside=True)
    for name, registered in REACTIONS.by_name.items():
        app.task(name=name, queue=registered.queue, pass_context=True, retry=_Retry())(_job_for(name))
    MAIL.mailer = _mailer()
    for carrier in (Usps(), Ups(), Fedex(), Dhl()):
        CARRIERS[carrier.code] = carrier
    # The demo lives in a time of its own, which no carrier knows.
    for tracker in () if settings.DEMO else trackers_of(settings.ASKING):
        TRACKERS[tracker.code] = tracker
    WAREHOUSE.warehouse = WebhookWarehouse(allowed=networks(settings.WEBHOOK_NETWORKS))
    GATEWAY.gateway, GATEWAY.receive = _gateway(), hearing.hear
    GATEWAY.is_polled = isinstance(GATEWAY.gateway, StripeGateway)
    SWEEPER.sweep, SWEEPER.next_due = sweep_alone, next_due


def _mailer() -> Mailer:
    """Who takes letters: the shop's mail host; a mailbox on this machine for what is only played; else nobody."""
    if settings.SMTP_HOST:
        return SmtpMailer(host=settings.SMTP_HOST, port=settings.SMTP_PORT)
    return LocalMailer() if settings.MAIL_IS_PLAYED else NoMailer()


def _gateway() -> Gateway | None:
    """Who holds the money of cards: Stripe, where the shop has a key; one that moves none, where it is only played."""
    if settings.STRIPE_KEY and not settings.DEMO:
        return StripeGateway(
            key=settings.STRIPE_KEY, webhook_secret=settings.STRIPE_WEBHOOK_SECRET, url=settings.STRIPE_URL
        )
    if not settings.MAIL_IS_PLAYED:
        return None
    played = ConsoleGateway(trusts=True)
    if settings.DEMO:
        know_dispute(played.books)
    return played


def sweep(*, limit: int = SWEEP_LIMIT) -> int:
    """Find everything that is due now and do it, at most `limit` rows a room; how many there were.

    Several may sweep beside each other: each leaves to the others the rows that they hold.
    """
    with sql.held(SWEEPING, shared=True):
        return _sweep(limit)


def sweep_alone() -> Swept:
    """Sweep when no other sweep is under way: what others held is done by then, so that "nothing" means nothing.

    Reactions are counted first, since one that ends while we sweep may leave something due that we don't see any more.
    """
    with sql.held(SWEEPING):
        waited = jobs_waiting()
        handled = _sweep(SWEEP_LIMIT)
    return Swept(handled=handled, jobs_waiting=max(waited, jobs_waiting()))


def _sweep(limit: int) -> int:
    now = clock.now()
    return sum(room(now, limit) for room in SWEEPS)


def tidy() -> int:
    """Drop what has outlived its use in system time: answers kept for repeated calls, limits that are whole again."""
    return forget_old_answers() + forget_full_buckets()


def next_due() -> datetime | None:
    """The earliest instant at which the sweep would find something; None where nothing ever will by itself."""
    return min((at for room in NEXT_DUE if (at := room()) is not None), default=None)


class _Retry(procrastinate.BaseRetryStrategy):
    """After 1, 2, 4, 8 and 16 seconds; then the reaction is parked, and its lock is free for the next.

    A job that still fails could not even be parked (the database is away); it is tried again until it is.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision:
        return procrastinate.RetryDecision(retry_in={"seconds": 2 ** min(job.attempts, ATTEMPTS - 2)})


def _job_for(name: str) -> Callable[..., None]:
    def job(context: procrastinate.JobContext, *, fact_id: int, **_: Any) -> None:
        try:
            if context.job.attempts >= ATTEMPTS + DEATHS:
                dead_letter(fact_id=fact_id, reaction=name, error=WorkersDied(context.job.attempts))
                return
            react(fact_id=fact_id, reaction=name, is_retry=context.job.attempts > 0)
        except Exception as error:
            if context.job.attempts + 1 < ATTEMPTS:
                raise
            dead_letter(fact_id=fact_id, reaction=name, error=error)
        finally:
            # The thread lives on, and a connection that PostgreSQL's end has cut would fail every later job in it.
            connections.close_all()

    return job
