"""Words from HTML: blocks as lines, lists as lists, links with their target, history as it is marked."""

import html
import re
from dataclasses import dataclass, field, replace

import nh3

from makegood.channels.mails import bounds
from makegood.channels.mails.charsets import storable
from makegood.channels.mails.lines import MailLine

BLOCKS = {
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figure", "footer",
    "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section",
    "table", "tbody", "tfoot", "thead", "tr", "ul", "body", "html", "caption",
}  # fmt: skip
SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "pre", "table"}
KEPT = {*BLOCKS, "a", "br", "img", "span", "td", "th", "font"} - {"body", "html"}
DROPPED = {"script", "style", "title", "head", "noscript", "template", "svg", "math", "iframe", "object", "select"}
VOID = {"br", "hr", "img"}
# How clients mark what they put around a person's words, by class or id; some prefix a mail's own with `x_`.
SIGNATURES = re.compile(
    r"(?:x_)?(?:gmail_signature|moz-signature|applemailsignature|signature|signature_block|protonmail_signature_block"
    r"|ms-outlook-mobile-signature|ymail_android_signature|yahoo-signature|mobile-signature|zmail_signature)"
)
# From such an element to the end all is history.
HISTORY_BEGINS = re.compile(
    r"(?:x_)?(?:appendonsend|divrplyfwdmsg|ms-outlook-mobile-reference-message|outlookmessageheader"
    r"|mail-editor-reference-message-container|replysplit|quoted-reply-header|stopspelling_reply)"
)
# Within such an element all is history.
HISTORY = re.compile(
    r"(?:x_)?(?:yahoo_quoted|yahooquotedemail|protonmail_quote|zmail_extra|moz-cite-prefix|gmail_attr|hmmessage_quote"
    r"|tutanota_quote|ymail_quoted|olk_src_body_section|moz-forward-container|quoted_message|history_container)"
)
# How programs mark a blockquote as older words; others indent with it whatever is to be set off.
CITED = re.compile(
    r"(?:x_)?(?:gmail_quote|cite|quote|yahoo_quoted|protonmail_quote|tutanota_quote|spark_quote|zmail_extra_?|mail_extra"
    r"|moz-\S*|iosymail|reply_quote|replied|history|citation|oldmessage)"
)
# A bar at the left, as quotations have it: `border-left: 2px solid blue`.
BAR = re.compile(
    r"\s*border-left(?:-width|-style)?\s*:\s*(?!0|none)[^;]{0,60}?(?:solid|dashed|dotted|double|[1-9])", re.IGNORECASE
)
TOKEN = re.compile(r"<!--.*?-->|<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>]+(?:=\"[^\"]*\")?)*)\s*/?>|([^<]+|<)", re.DOTALL)
ATTRIBUTE = re.compile(r"([^\s=>]+)=\"([^\"]*)\"")
DEEPEST = 40
OPENING = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
ANY_TAG = re.compile(r"<[^<>]{0,5000}>")
ENDED_BY_OTHERS = {
    "p", "li", "td", "th", "tr", "dd", "dt", "tbody", "thead", "tfoot", "option", "br", "hr", "img", "meta", "link",
    "input", "col", "area", "base", "wbr", "source", "body", "html", "head",
}  # fmt: skip


@dataclass(slots=True)
class Writing:
    """The text so far, and the elements that are open."""

    lines: list[MailLine] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    open: list[tuple[str, str]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    depth: int = 0
    indent: int = 0
    history: int = 0
    signature: int = 0
    preformatted: int = 0
    begins: bool = False
    counters: list[int] = field(default_factory=list)

    def end_line(self, *, is_forced: bool = False) -> None:
        text = "".join(self.words)
        if not self.preformatted:
            text = re.sub(r"[ \t\r\n\f]+", " ", text).strip(" ")
        if text.strip() or is_forced:
            depth = min(self.depth, DEEPEST)
            self.lines.append(
                MailLine(
                    text="> " * depth + text,
                    is_quoted=depth > 0 or self.history > 0,
                    is_signature=self.signature > 0,
                    begins_history=self.begins,
                    is_indented=self.indent > 0,
                )
            )
            self.begins = False
        self.words.clear()

    def space(self) -> None:
        if self.lines and self.lines[-1].text.strip("> "):
            last = self.lines[-1]
            self.lines.append(
                MailLine(
                    text="",
                    is_quoted=last.is_quoted,
                    is_signature=last.is_signature,
                    is_indented=last.is_indented and self.indent > 0,
                )
            )


def lines_of(source: str) -> list[MailLine]:
    """The lines a reader sees. `nh3` mends the HTML first, so that it nests, and drops what is no text."""
    clean = nh3.clean(
        source if depth_of(source) <= bounds.HTML_DEPTH else ANY_TAG.sub("\n", source),
        tags=KEPT,
        clean_content_tags=DROPPED,
        attributes={tag: {"class", "id", "type", "href", "alt", "style", "cite"} for tag in KEPT},
        link_rel=None,
        strip_comments=True,
    )
    writing = Writing()
    for closes, tag, attributes, words in TOKEN.findall(clean):
        if words:
            writing.words.append(html.unescape(words).replace("\xa0", " "))
        elif closes:
            _close(writing, tag)
        elif tag:
            _open(writing, tag, dict(ATTRIBUTE.findall(attributes)))
    writing.end_line()
    return [replace(line, text=storable(line.text)) for line in writing.lines]


def depth_of(source: str) -> int:
    """How deep elements lie in elements, those apart whose end may be left out: they end each other."""
    deepest = depth = 0
    for closes, tag in OPENING.findall(source):
        if tag.lower() not in ENDED_BY_OTHERS:
            depth = max(0, depth + (-1 if closes else 1))
            deepest = max(deepest, depth)
    return deepest


def _open(writing: Writing, tag: str, attributes: dict[str, str]) -> None:
    if tag == "br":
        writing.end_line(is_forced=True)
        return
    if tag == "img":
        writing.words.append(f"[{alt}]" if (alt := html.unescape(attributes.get("alt", "")).strip()) else "")
        return
    if tag in BLOCKS:
        writing.end_line()
        if tag in SPACED:
            writing.space()
    _mark(writing, tag, attributes)
    if tag == "li":
        _bullet(writing)
    elif tag in {"td", "th"}:
        writing.words.append(" ")
    elif tag == "hr":
        writing.words.append("_" * 20)
        writing.end_line()
    elif tag == "a":
        writing.targets.append(f"{len(writing.words)} {html.unescape(attributes.get('href', ''))}")


def _mark(writing: Writing, tag: str, attributes: dict[str, str]) -> None:
    """What an element says of the words in it; remembered until it closes."""
    named = f"{attributes.get('id', '')} {attributes.get('class', '')}".lower().split()
    kind = ""
    if tag == "blockquote":
        kind = "depth" if _is_cited(attributes, named) else "indent"
    elif any(SIGNATURES.fullmatch(name) for name in named):
        kind = "signature"
    elif any(HISTORY.fullmatch(name) for name in named):
        kind = "history"
    elif any(HISTORY_BEGINS.fullmatch(name) for name in named):
        writing.begins = True
    elif tag == "pre":
        kind = "preformatted"
    elif tag in {"ul", "ol"}:
        writing.counters.append(0 if tag == "ol" else -1)
        kind = "counters"
    if kind and kind != "counters":
        setattr(writing, kind, getattr(writing, kind) + 1)
    if tag not in VOID:
        writing.open.append((tag, kind))


def _is_cited(attributes: dict[str, str], named: list[str]) -> bool:
    if attributes.get("type", "").lower() == "cite" or "cite" in attributes:
        return True
    return any(CITED.fullmatch(name) for name in named) or _has_bar(attributes.get("style", ""))


def _has_bar(style: str) -> bool:
    return any(BAR.match(declaration) for declaration in style.split(";")[:50])


def _bullet(writing: Writing) -> None:
    depth = max(0, len(writing.counters) - 1)
    if writing.counters and writing.counters[-1] >= 0:
        writing.counters[-1] += 1
        writing.words.append(f"{writing.counters[-1]}. ")
    else:
        writing.words.append("- " if depth == 0 else "· ")


def _close(writing: Writing, tag: str) -> None:
    if tag == "a" and writing.targets:
        _show_target(writing)
    if tag in BLOCKS:
        writing.end_line()
    if not writing.open or writing.open[-1][0] != tag:
        return
    _, kind = writing.open.pop()
    if kind == "counters":
        writing.counters.pop()
    elif kind:
        setattr(writing, kind, getattr(writing, kind) - 1)
    if tag in SPACED:
        writing.space()


def _show_target(writing: Writing) -> None:
    """A link whose words don't show where it leads says so."""
    begun, _, target = writing.targets.pop().partition(" ")
    shown = "".join(writing.words[int(begun) :]).strip()
    bare = re.sub(r"^(?:https?://|mailto:)", "", target).rstrip("/")
    if shown and bare and bare.lower() not in shown.lower() and target.startswith(("http", "mailto:")):
        writing.words.append(f" <{target}>")
