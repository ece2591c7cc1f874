"""What is left of HTML from outside: words, tables, colours; nothing that runs, fetches, covers or misleads."""

from dataclasses import replace

import pytest

from makegood.channels.mails.cleaning import LARGEST_PICTURE, clean, pictures_in, target_of
from makegood.channels.mails.mail import Attachment

PNG = b"\x89PNG\r\n\x1a\n"
BOX = Attachment(
    name="box.png",
    declared_type="image/png",
    content_type="image/png",
    size=len(PNG),
    content=PNG,
    content_id="box@there",
    is_inline=True,
)
LINKED = 'target="_blank" rel="noopener noreferrer nofollow"'


def cleaned(html, *, pictures=None, shows_outside=False):
    return clean(html, pictures=pictures or {}, shows_outside=shows_outside).html


def test_what_makes_a_letter_readable_stays():
    html = '<h1>Box</h1><table><tbody><tr><td colspan="2" style="color:#c00">Tides</td></tr></tbody></table>'
    assert cleaned(html) == html


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        ("color:red;position:fixed;top:0", "color:red"),
        ("background-color:rgb(1, 2, 3)", "background-color:rgb(1, 2, 3)"),
        ("background:url(//x.example/a)", None),
        ("background-color:url(//x.example/a)", None),
        ("width:expression(alert(1))", None),
        ("color:\\75rl(//x.example)", None),
        ("display:none;opacity:0;font-size:0", None),
        ("--x:url(//x.example);color:var(--x)", None),
    ],
)
def test_of_styles_only_plain_ones_stay(style, kept):
    assert cleaned(f'<p style="{style}">x</p>') == (f'<p style="{kept}">x</p>' if kept else "<p>x</p>")


@pytest.mark.parametrize(
    ("written", "href", "said"),
    [
        ("https://evil.example/a?b=1", "https://evil.example/a?b=1", "evil.example"),
        ("https://www.good.example@evil.example/", "https://www.good.example@evil.example/", "evil.example"),
        ("https://evil.example\\@good.example/", "https://evil.example/@good.example/", "evil.example"),
        ("https:/\\evil.example/x", "https://evil.example/x", "evil.example"),
        ("ht\ntps://evil\t.example/", "https://evil.example/", "evil.example"),
        ("https://%65vil.example:81/", "https://%65vil.example:81/", "evil.example:81"),
        ("https://аpple.example/", "https://аpple.example/", "xn--pple-43d.example"),
        ("mailto:a@b.example?subject=x", "mailto:a@b.example?subject=x", "a@b.example"),
        ("tel:+15551234", "tel:+15551234", "+15551234"),
    ],
)
def test_a_link_says_where_it_leads(written, href, said):
    assert cleaned(f'<a href="{written}" onclick="x()">www.good.example</a>') == (
        f'<a href="{href}" {LINKED}>www.good.example</a><span class="to"> → {said}</span>'
    )


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " java\tscript:x",
        "data:text/html,x",
        "vbscript:x",
        "/desk/",
        "//x.example",
        "#top",
        "file:///x",
    ],
)
def test_a_link_that_may_not_be_followed_is_plain_words(address):
    assert cleaned(f'<a href="{address}">here</a>') == "<a>here</a>"


def test_each_of_nested_links_says_its_own_target():
    html = '<a href="https://a.example/"><table><td><a href="https://b.example/">b</a></td></table></a>'
    said = cleaned(html)
    assert said.index("→ b.example") < said.index("</td>") < said.index("→ a.example")


def test_words_that_look_like_a_link_are_words():
    assert cleaned('&lt;a href="https://x.example/"&gt;x&lt;/a&gt;') == '&lt;a href="https://x.example/"&gt;x&lt;/a&gt;'


def test_pictures_from_outside_wait_for_a_click():
    html = '<img src="https://x.example/a.png" alt="a"><img src="HTTP:\\\\x.example/b" alt="b"><img src="/c" alt="c">'
    kept = clean(html, pictures={}, shows_outside=False)
    assert (kept.html, kept.outside) == ('<img alt="a"><img alt="b"><img alt="c">', 2)
    shown = cleaned(html, shows_outside=True)
    assert shown == '<img src="https://x.example/a.png" alt="a"><img src="http://x.example/b" alt="b"><img alt="c">'


def test_pictures_of_the_mail_itself_are_shown():
    pictures = pictures_in([BOX])
    assert pictures == {"box@there": "data:image/png;base64,iVBORw0KGgo="}
    assert cleaned('<img src="CID:box%40there">', pictures=pictures) == f'<img src="{pictures["box@there"]}">'
    assert cleaned('<img src="cid:other">', pictures=pictures) == "<img>"


@pytest.mark.parametrize(
    "changed",
    [{"content_type": "image/svg+xml"}, {"content_type": "text/html"}, {"content": b"x" * (LARGEST_PICTURE + 1)}],
)
def test_only_true_pictures_within_bounds_are_shown(changed):
    assert pictures_in([replace(BOX, **changed)]) == {}


def test_a_host_that_no_name_can_have_is_said_as_it_stands():
    assert target_of("https://" + "a" * 80 + ".example/") == "a" * 80 + ".example"
