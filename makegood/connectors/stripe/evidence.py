"""What speaks for us in a dispute, in Stripe's fields (https://docs.stripe.com/api/disputes/evidence_object)."""

import io
from typing import TYPE_CHECKING

from makegood.payments.gateway import Rejected, Rejection
from makegood.payments.rules.values import Evidence

if TYPE_CHECKING:
    from stripe.params import DisputeUpdateParamsEvidence, FileCreateParams

# What Stripe takes of a dispute's files, and of all texts together.
LARGEST_PDF = 4_500_000
LONGEST_TEXTS = 150_000
PDF_BEGINS = b"%PDF-"


def file_of(evidence: Evidence) -> "FileCreateParams":
    """The PDF as Stripe takes it.

    Raises:
        Rejected: it is no PDF, or too large.
    """
    if not evidence.pdf.startswith(PDF_BEGINS):
        raise Rejected(Rejection.OTHER, "the evidence is no PDF")
    if len(evidence.pdf) > LARGEST_PDF:
        raise Rejected(
            Rejection.OTHER, f"Stripe takes evidence of {LARGEST_PDF} bytes, and this has {len(evidence.pdf)}"
        )
    file = io.BytesIO(evidence.pdf)
    file.name = "evidence.pdf"
    return {"purpose": "dispute_evidence", "file": file}


def fields_of(evidence: Evidence, *, file: str) -> "DisputeUpdateParamsEvidence":
    """All that is known, beside the uploaded `file`.

    Raises:
        Rejected: the texts are too long together.
    """
    said = {
        "uncategorized_text": evidence.summary,
        "product_description": evidence.product_description,
        "customer_name": evidence.customer_name,
        "customer_email_address": evidence.customer_email,
        "shipping_address": evidence.shipping_address,
        "shipping_carrier": evidence.carrier,
        "shipping_tracking_number": evidence.tracking_number,
        "shipping_date": evidence.shipped_date.isoformat() if evidence.shipped_date else "",
        "refund_policy_disclosure": evidence.refund_policy,
        "refund_refusal_explanation": evidence.refund_refusal,
    }
    if sum(map(len, said.values())) > LONGEST_TEXTS:
        raise Rejected(Rejection.OTHER, f"Stripe takes {LONGEST_TEXTS} characters of evidence, and this has more")
    known: DisputeUpdateParamsEvidence = {"uncategorized_file": file}
    known.update({name: text for name, text in said.items() if text})  # type: ignore[typeddict-item]
    return known
