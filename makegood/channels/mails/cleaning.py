"""HTML from outside, made harmless: what is not on these lists is gone. It is shown in a sandbox all the same."""

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from urllib.parse import unquote, urlsplit

import nh3

from makegood.channels.mails.mail import Attachment

TAGS = {
    "a", "abbr", "b", "blockquote", "br", "caption", "center", "code", "col", "colgroup", "dd", "del", "div", "dl",
    "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s",
    "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u",
    "ul",
}  # fmt: skip
# Gone with what is inside them; of all other tags the words inside stay.
GONE = {
    "applet", "audio", "canvas", "embed", "frameset", "iframe", "math", "noembed", "noframes", "noscript", "object",
    "script", "select", "style", "svg", "template", "textarea", "title", "video", "xmp",
}  # fmt: skip
CELL = {"align", "bgcolor", "colspan", "height", "rowspan", "valign", "width"}
ATTRIBUTES = {
    "*": {"dir", "lang", "style"},
    "a": {"href"},
    "col": {"align", "span", "width"},
    "font": {"color"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"align", "bgcolor", "border", "cellpadding", "cellspacing", "width"},
    "td": CELL,
    "th": CELL,
    "tr": {"align", "bgcolor", "valign"},
}
# Nothing that fetches, covers, hides or moves: no position, no display, no background but a colour.
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "font-family",
    "font-style", "font-weight", "height", "line-height", "max-width", "padding", "padding-bottom", "padding-left",
    "padding-right", "padding-top", "text-align", "text-decoration", "vertical-align", "white-space", "width",
}  # fmt: skip
STYLE_VALUE = re.compile(r"[\w\s#%.,'\"+-]{1,100}|rgba?\([\d\s,.%/]{1,40}\)", re.ASCII)
# Where a link may lead; a picture comes from the mail itself or, if its reader wants, from outside.
LINK = re.compile(r"(?:https?|mailto|tel):", re.IGNORECASE)
WEB = re.compile(r"(https?):[/\\]*", re.IGNORECASE)
BACKSLASH = "\\"
IN_THE_MAIL = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=\s]+", re.IGNORECASE)
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp"})
LARGEST_PICTURE = 3_000_000
LARGEST_PICTURES = 12_000_000
LONGEST_HTML = 3_000_000
# As nh3 writes them: quotes within a value are escaped, and so is every < in a text.
OPENED = re.compile(r'<a((?: [a-z]+="[^"]*")*)>|</a>')
HREF = re.compile(r' href="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Cleaned:
    """HTML that runs nothing and, unless asked to, fetches nothing; how many pictures from outside it has."""

    html: str
    outside: int


def clean(html: str, *, pictures: Mapping[str, str], shows_outside: bool) -> Cleaned:
    """What of a mail's HTML may be shown; `pictures` are the mail's own, as `data:` addresses by content id.

    Links open by themselves, tell nobody where they were clicked, and say in words where they really lead. Pictures
    from outside keep their address only with `shows_outside`.
    """
    outside: set[str] = set()

    def filtered(tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return _style(value)
        if (tag, attribute) == ("a", "href"):
            return _link(value)
        if (tag, attribute) == ("img", "src"):
            return picture(value)
        return value

    def picture(address: str) -> str | None:
        address = _plain(address)
        if address.lower().startswith("cid:"):
            return pictures.get(unquote(address[4:]))
        if IN_THE_MAIL.fullmatch(address):
            return address
        if not WEB.match(address):
            return None
        outside.add(address)
        return _web(address) if shows_outside else None

    cleaned = nh3.clean(
        html[:LONGEST_HTML],
        tags=TAGS,
        clean_content_tags=GONE,
        attributes=ATTRIBUTES,
        attribute_filter=filtered,
        filter_style_properties=STYLES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        url_relative="deny",
    )
    return Cleaned(html=_with_targets(cleaned), outside=len(outside))


def pictures_in(attachments: Iterable[Attachment]) -> dict[str, str]:
    """The pictures that a mail's HTML may show, as `data:` addresses by content id: true ones, within bounds."""
    found: dict[str, str] = {}
    room = LARGEST_PICTURES
    for each in attachments:
        is_picture = each.content_type in PICTURES and len(each.content) <= min(LARGEST_PICTURE, room)
        if each.content_id and is_picture and each.content_id not in found:
            room -= len(each.content)
            found[each.content_id] = f"data:{each.content_type};base64,{b64encode(each.content).decode()}"
    return found


def target_of(address: str) -> str:
    """Where a link leads, for people: the host as browsers will ask for it, or whom it writes to or calls."""
    if not WEB.match(address):
        return unquote(address.partition(":")[2].partition("?")[0])
    host = unquote(urlsplit(address).netloc.rpartition("@")[2])
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _plain(address: str) -> str:
    """As browsers read an address: without the white space and controls that they drop."""
    return re.sub(r"[\x00-\x20]", "", address)


def _web(address: str) -> str:
    r"""`https:\\host` is `https://host` to a browser; here too, so that what is said is where it leads."""
    head = WEB.match(address)
    if head is None:
        return address
    path, *rest = re.split(r"(?=[?#])", address[head.end() :], maxsplit=1)
    return f"{head[1].lower()}://{path.replace(BACKSLASH, '/')}{''.join(rest)}"


def _link(address: str) -> str | None:
    address = _plain(address)
    return _web(address) if LINK.match(address) else None


def _style(value: str) -> str | None:
    kept = []
    for declaration in value.split(";"):
        name, _, said = declaration.partition(":")
        if name.strip().lower() in STYLES and STYLE_VALUE.fullmatch(said.strip()):
            kept.append(f"{name.strip().lower()}:{said.strip()}")
    return ";".join(kept) or None


def _with_targets(html: str) -> str:
    """After each link, where it leads; a link that leads nowhere is plain words."""
    open_ones: list[str] = []

    def told(found: re.Match[str]) -> str:
        if found[0] == "</a>":
            target = open_ones.pop() if open_ones else ""
            return f'</a><span class="to"> → {escape(target)}</span>' if target else "</a>"
        href = HREF.search(found[1])
        open_ones.append(target_of(unescape(href[1])) if href else "")
        return found[0] if href else "<a>"

    return OPENED.sub(told, html)
