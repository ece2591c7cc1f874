"""Webhooks go out signed, in bounded time, to addresses that were looked at, and to no others."""

import ipaddress
import socket

import pytest

from makegood.connectors.webhooks.addresses import RefusedAddress, is_public, networks, resolve
from makegood.connectors.webhooks.sender import WebhookWarehouse
from makegood.parcels.warehouse import Notice, NotTaken, NotWanted
from tests.listening import listening

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
HERE = networks("127.0.0.0/8")


def notice(url, *, key="order:1/1", title="Atlas, José’s"):
    return Notice(key=key, url=url, secret=SECRET, body={"type": "dispatch.requested", "data": {"title": title}})


@pytest.fixture
def listener():
    with listening(SECRET) as found:
        yield found


def test_it_arrives_signed_and_as_it_was_said(listener):
    WebhookWarehouse(allowed=HERE).tell(notice(listener.url))
    assert listener.heard == [("order:1/1", {"type": "dispatch.requested", "data": {"title": "Atlas, José’s"}})]
    assert listener.hosts == [listener.url.split("/")[2]]


@pytest.mark.parametrize("status", [301, 302, 307, 400, 404, 500, 503])
def test_whatever_is_no_yes_is_a_no_and_redirects_are_not_followed(listener, status):
    listener.answers = [(status, {"Location": listener.url}, b"we are\x00 closed")]
    with pytest.raises(NotTaken, match=f"{status} we are closed"):
        WebhookWarehouse(allowed=HERE).tell(notice(listener.url))
    assert len(listener.heard) == 1


def test_gone_is_gone(listener):
    listener.answers = [(410, {}, b"")]
    with pytest.raises(NotWanted):
        WebhookWarehouse(allowed=HERE).tell(notice(listener.url))


def test_little_of_a_long_answer_is_read(listener):
    listener.answers = [(500, {}, b"x" * 5_000_000)]
    with pytest.raises(NotTaken) as caught:
        WebhookWarehouse(allowed=HERE).tell(notice(listener.url))
    assert len(str(caught.value)) < 3_000


def test_who_does_not_answer_is_not_waited_for(listener):
    listener.answers = [(0, {}, b"")]
    with pytest.raises(NotTaken):
        WebhookWarehouse(allowed=HERE, timeout_seconds=0.3).tell(notice(listener.url))


def test_nobody_there(listener):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/"
        with pytest.raises(NotTaken):
            WebhookWarehouse(allowed=HERE).tell(notice(url))


def numeric(name, _port):
    """Numbers as this machine reads them, in all their spellings, and the one name that every machine knows."""
    if name == "localhost":
        return ["127.0.0.1", "::1"]
    return [name] if ":" in name else [socket.inet_ntoa(socket.inet_aton(name))]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://10.0.0.8/",
        "https://192.168.1.1:8443/",
        "https://172.16.0.1/",
        "https://169.254.169.254/latest/meta-data/",
        "https://100.64.0.1/",
        "https://[fd00::1]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://①②⑦.0.0.1/",
        "https://192.0.0.192/opc/v2/instance/",
        "https://168.63.129.16/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[fec0::1]/",
    ],
)
def test_addresses_that_are_not_public_are_refused(url):
    with pytest.raises(RefusedAddress):
        resolve(url, allowed=(), look_up=numeric)
    with pytest.raises(NotTaken):
        WebhookWarehouse(look_up=numeric).tell(notice(url))


@pytest.mark.parametrize(
    "url", ["ftp://example.com/", "https://", "https://a@1.1.1.1/", "https://1.1.1.1:99999/", "https://[x", "x"]
)
def test_what_is_no_address(url):
    with pytest.raises(RefusedAddress):
        resolve(url, allowed=(), look_up=numeric)


def test_public_addresses_are_sent_to_by_https_alone():
    target = resolve("https://8.8.8.8/hooks?a=1", allowed=(), look_up=numeric)
    assert (target.connects_to, target.host_header) == ("https://8.8.8.8:443/hooks?a=1", "8.8.8.8")
    with pytest.raises(RefusedAddress, match="https"):
        resolve("http://8.8.8.8/", allowed=(), look_up=numeric)
    assert is_public(ipaddress.ip_address("64:ff9b::808:808"))


def test_a_name_beyond_ascii_is_sent_to_as_it_travels(listener):
    port = listener.url.split(":")[2].split("/")[0]
    warehouse = WebhookWarehouse(allowed=HERE, look_up=lambda _name, _port: ["127.0.0.1"])
    warehouse.tell(notice(f"http://bücherlager.example:{port}/regal-ü"))
    assert listener.hosts == [f"xn--bcherlager-9db.example:{port}"]


def test_a_name_is_looked_up_once_and_all_its_addresses_count(listener):
    """Who answers one address first and a private one later is asked only once (DNS rebinding)."""
    port = listener.url.split(":")[2].split("/")[0]
    url = f"http://warehouse.example:{port}/hooks"
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    warehouse = WebhookWarehouse(allowed=HERE, look_up=lambda _name, _port: answers.pop(0))
    warehouse.tell(notice(url))
    assert (len(answers), listener.hosts) == (1, [f"warehouse.example:{port}"])
    answers[:] = [["127.0.0.1", "10.0.0.1"]]
    with pytest.raises(NotTaken, match=r"10\.0\.0\.1, which is not public"):
        warehouse.tell(notice(url))
