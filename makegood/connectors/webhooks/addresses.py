"""Where a webhook may go: public addresses, and private ones that the settings allow by name of their network."""

import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Networks that carry an IPv4 address inside: what counts is where that leads (RFC 6052, RFC 3056).
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def networks(words: str) -> tuple[Network, ...]:
    """Networks as the settings list them, with commas, as in `10.1.0.0/16,127.0.0.1`.

    Raises:
        ValueError: one is none.
    """
    return tuple(ipaddress.ip_network(word.strip()) for word in words.split(",") if word.strip())


# What some Pythons take for global and IANA's special-purpose registries don't (192.0.0.192 is Oracle's metadata),
# local NAT64 (RFC 8215), site-local addresses (RFC 3879), and where Azure's machines find Azure's own services
# (https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16).
NEVER = networks("192.0.0.0/24,192.88.99.0/24,168.63.129.16,64:ff9b:1::/48,fec0::/10,3fff::/20")


class RefusedAddress(Exception):
    """Nothing is sent there."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL, and the one address that its name was resolved to and that is connected to."""

    url: str
    scheme: str
    host: str
    port: int
    path: str
    address: Address

    @property
    def connects_to(self) -> str:
        """The URL with the address in place of the name: what is connected to is what was looked at."""
        name = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return f"{self.scheme}://{name}:{self.port}{self.path}"

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == {"https": 443, "http": 80}[self.scheme] else f"{name}:{self.port}"


LookUp = Callable[[str, int], Iterable[str]]


def look_up(name: str, port: int) -> list[str]:
    """The addresses of a name, as this machine finds them.

    Raises:
        OSError, UnicodeError: nobody knows it.
    """
    return [str(row[4][0]).partition("%")[0] for row in socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)]


def resolve(url: str, *, allowed: Sequence[Network], look_up: LookUp = look_up) -> Target:
    """Look a URL's name up, once; every address it has must be one that may be sent to.

    Raises:
        RefusedAddress: no http(s) URL, a name nobody knows, an address that is private and not allowed, or http to
            one that is not.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or {"https": 443, "http": 80}[parts.scheme]
    except (KeyError, ValueError) as error:
        raise RefusedAddress("the URL is neither http nor https, or its port is none") from error
    if not parts.hostname or parts.username or parts.password:
        raise RefusedAddress("the URL names no host, or a user")
    try:
        # As it travels: a name beyond ASCII can stand in no header.
        host = parts.hostname if parts.hostname.isascii() else parts.hostname.encode("idna").decode()
        addresses = [ipaddress.ip_address(found) for found in look_up(host, port)]
    except (OSError, UnicodeError) as error:
        raise RefusedAddress(f"{parts.hostname} can't be looked up: {error}") from error
    for address in addresses:
        is_allowed = any(address in network for network in allowed)
        if not (is_public(address) or is_allowed):
            raise RefusedAddress(f"{host} is {address}, which is not public; allow its network to send there")
        if parts.scheme == "http" and not is_allowed:
            raise RefusedAddress("http is only for networks that the settings allow; use https")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(url=url, scheme=parts.scheme, host=host, port=port, path=path, address=addresses[0])


def is_public(address: Address) -> bool:
    """Whether anybody on the Internet may be behind an address: not this machine, its networks or its cloud's own."""
    inside = _inside(address)
    if inside is not None:
        return is_public(inside)
    is_special = address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    return address.is_global and not is_special and not any(address in network for network in NEVER)


def _inside(address: Address) -> Address | None:
    """The IPv4 address that an IPv6 one carries."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour
