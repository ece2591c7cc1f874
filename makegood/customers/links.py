"""Sign-in links: who opens one is the customer it was sent to. In system time, as all links are."""

from urllib.parse import quote

from django.conf import settings
from django.core import signing

from makegood.customers.models import Customer

SALT = "makegood.customers.sign-in"
LIFE_SECONDS = 14 * 24 * 3600
# More than anybody needs, and too few to fill a stranger's mailbox with.
LINKS_AN_HOUR = 5


class BadLink(Exception):
    """The link was changed on its way, or is too old."""

    def __init__(self) -> None:
        super().__init__("this sign-in link is no longer good; ask for a new one")


def sign_in_token(customer: Customer) -> str:
    """What a link carries so that whoever opens it is signed in as `customer`, for two weeks."""
    return signing.TimestampSigner(salt=SALT).sign_object([customer.pk], compress=True)


def link_for(customer: Customer, path: str) -> str:
    """An address that signs its reader in and shows `path`."""
    return f"{settings.BASE_URL}/enter/{sign_in_token(customer)}?to={quote(path, safe='/')}"


def customer_of_token(token: str) -> Customer:
    """Whom a sign-in link was made for.

    Raises:
        BadLink: changed, too old, or for nobody.
    """
    try:
        (customer_id,) = signing.TimestampSigner(salt=SALT).unsign_object(token, max_age=LIFE_SECONDS)
        return Customer.objects.get(pk=customer_id)
    except (signing.BadSignature, ValueError, TypeError, Customer.DoesNotExist) as error:
        raise BadLink from error
