"""Sign-in links: who opens one is the customer it was sent to. In system time, as all links are.

A link is bound to what it was made for and to the page it leads to. All links and sessions of a customer end together:
when they sign out everywhere, when a helper or a program ends them, and when one of their addresses is taken away.
"""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from django.conf import settings
from django.core import signing

from makegood.customers.models import Customer

SALT = "makegood.customers.sign-in"
DAY_SECONDS = 24 * 3600
# More than anybody needs, and too few to fill a stranger's mailbox with.
LINKS_AN_HOUR = 5
FIRST_PAGE = "/orders"


class Purpose(StrEnum):
    """What a link was made for: asked for at the door, for a letter of ours, or for the shop to hand on."""

    ASKED = "asked"
    LETTER = "letter"
    HANDED = "handed"


LIFE_SECONDS = {
    Purpose.ASKED: DAY_SECONDS,
    Purpose.LETTER: 14 * DAY_SECONDS,
    Purpose.HANDED: 14 * DAY_SECONDS,
}


class BadLink(Exception):
    """The link was changed on its way, is too old, or was ended."""

    def __init__(self) -> None:
        super().__init__("this sign-in link is no longer good; ask for a new one")


@dataclass(frozen=True, slots=True)
class Entrance:
    """Who comes in by a link, and where it leads."""

    customer: Customer
    path: str


def sign_in_token(customer: Customer, *, purpose: Purpose, path: str = FIRST_PAGE) -> str:
    """What a link carries so that whoever opens it is signed in as `customer` and led to `path`."""
    says = [purpose.value, customer.pk, customer.sign_in_generation, path]
    return signing.TimestampSigner(salt=SALT).sign_object(says, compress=True)


def link_for(customer: Customer, path: str, *, purpose: Purpose) -> str:
    """An address that signs its reader in and shows `path`; `to` is there for its readers, and leads nowhere else."""
    token = sign_in_token(customer, purpose=purpose, path=path)
    return f"{settings.BASE_URL}/enter/{token}?to={quote(path, safe='/')}"


def entrance_of(token: str) -> Entrance:
    """Whom a sign-in link lets in, and where to.

    Raises:
        BadLink: changed, too old, ended, or for nobody.
    """
    signer = signing.TimestampSigner(salt=SALT)
    try:
        purpose, customer_id, generation, path = signer.unsign_object(token, max_age=max(LIFE_SECONDS.values()))
        signer.unsign(token, max_age=LIFE_SECONDS[Purpose(purpose)])
        customer = Customer.objects.get(pk=customer_id)
    except (signing.BadSignature, ValueError, TypeError, Customer.DoesNotExist) as error:
        raise BadLink from error
    if customer.sign_in_generation != generation:
        raise BadLink
    return Entrance(customer, str(path))
