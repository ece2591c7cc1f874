"""Words under a wrong name: charsets, transfer encodings, and forms that hold a mail within a mail."""

import base64
import binascii
import struct

import pytest

from makegood.channels.mails.reading import read_mail

RUSSIAN = "Добрый день, посылка ещё не пришла, помогите, пожалуйста"
GREEK = "Καλημέρα, το δέμα δεν έφτασε, παρακαλώ βοηθήστε με σήμερα"
GERMAN = "Guten Tag, die Größe passt nicht, 20 € zurück bitte"
FRENCH = "Déçue, le colis n’est pas arrivé à l’étage"
CHINESE = "您好，订单的包裹还没有收到，请帮忙查询一下，谢谢"
JAPANESE = "お問い合わせありがとうございます。荷物が届きません。"
HEBREW = "שלום, החבילה לא הגיעה, אנא עזרו לי"
CZECH = "Dobrý den, balík nedorazil, prosím o odpověď co nejdříve"
POLISH = "Dzień dobry, paczka nie dotarła, proszę o odpowiedź"
HUNGARIAN = "Jó napot, a csomag nem érkezett meg, kérek segítséget, köszönöm előre"
LITHUANIAN = "Sveiki, siuntinys neatėjo, prašau padėti kuo greičiau"
TURKISH = "Siparişim gelmedi, yardım eder misiniz? Teşekkürler"
OTHER_NAMES = [
    *(f"iso-8859-{number}" for number in (1, 2, 5, 7, 9, 15)),
    *(f"windows-125{number}" for number in range(8)),
    *("koi8-r", "koi8-u", "us-ascii", "gb2312", "big5", "shift_jis", "euc-kr"),
]


def read(body, charset, encoding="8bit", kind="text/plain"):
    name = f"; charset={charset}" if charset else ""
    head = f"From: a@b.example\nContent-Type: {kind}{name}\nContent-Transfer-Encoding: {encoding}\n\n"
    return read_mail(head.encode() + body)


@pytest.mark.parametrize("text", [RUSSIAN, GREEK, GERMAN, TURKISH, CHINESE, JAPANESE, HEBREW])
@pytest.mark.parametrize("label", OTHER_NAMES)
def test_utf_8_under_another_name(text, label):
    assert read(text.encode(), label).visible_text == text


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (GREEK, "cp1253"),
        (GERMAN, "cp1252"),
        (FRENCH, "cp1252"),
        (CZECH, "cp1250"),
        (POLISH, "cp1250"),
        (HUNGARIAN, "cp1250"),
        (TURKISH, "cp1254"),
        (LITHUANIAN, "cp1257"),
        (CHINESE, "gb18030"),
        (JAPANESE, "cp932"),
        (JAPANESE, "euc_jp"),
        (HEBREW, "cp1255"),
        ("مرحبا، الطرد لم يصل بعد", "cp1256"),
    ],
)
@pytest.mark.parametrize("label", ["utf-8", "", "x-unknown"])
def test_others_under_utf_8s_name_or_none(text, codec, label):
    mail = read(text.encode(codec), label)
    assert mail.visible_text == text
    assert any("charset" in problem for problem in mail.problems)


@pytest.mark.parametrize(
    ("text", "label"),
    [
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        ("Допоможіть, її ще немає", "koi8-u"),
        (GREEK, "iso-8859-7"),
        (GERMAN, "windows-1252"),
        (TURKISH, "windows-1254"),
        (CHINESE, "gbk"),
        (CHINESE, "gb18030"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (HEBREW, "iso-8859-8"),
        ("ยกเลิกคำสั่งซื้อครับ", "tis-620"),
        ("ยก", "windows-874"),
        ("물건이 아직 도착하지 않았습니다", "euc-kr"),
        ("包裹還沒有收到", "big5"),
    ],
)
def test_a_true_name_is_believed(text, label):
    mail = read(text.encode("cp874" if label in {"tis-620", "windows-874"} else label), label)
    assert (mail.visible_text, mail.problems) == (text, ())


@pytest.mark.parametrize("label", ["gb2312", "big5", "shift_jis", "euc-jp", "euc-kr", "utf-16"])
def test_one_letter_within_words_is_utf_8_under_another_name(label):
    assert read("Pakken kom ikke, størrelsen er feil".encode(), label).visible_text.endswith("størrelsen er feil")


def test_one_character_of_two_bytes_keeps_its_name():
    assert read("Size 大 please".encode("gbk"), "gb2312").visible_text == "Size 大 please"


@pytest.mark.parametrize(
    ("text", "codec", "label"), [(POLISH, "cp1250", "iso-8859-2"), ("„Größe“ M", "cp1252", "iso-8859-15")]
)
def test_windows_letters_under_the_standards_name(text, codec, label):
    assert read(text.encode(codec), label).visible_text == text


def test_a_line_of_somebody_else_under_utf_8s_name():
    mail = read(f"{GERMAN}\n\n".encode() + "Geprüft für Sie.".encode("cp1252"), "utf-8")
    assert mail.visible_text == f"{GERMAN}\n\nGeprüft für Sie."


def test_utf_8_that_was_cut_stays_utf_8():
    assert read(RUSSIAN.encode()[:-1], "utf-8").visible_text == RUSSIAN[:-1] + "\ufffd"


@pytest.mark.parametrize("label", ["iso-2022-jp", "utf-8", "us-ascii", ""])
def test_jis_with_rows_of_nec_and_ibm(label):
    jis = b'\x1b$B-!-j|q\x1b(B 12\n\x1b$B$"\x1b(B'
    assert read(jis, label, "7bit").visible_text == "①㈱ⅰ 12\nあ"


@pytest.mark.parametrize(
    "footer",
    [
        b"\n\n-- \nThis list is private\n",
        b"\n_______________________________________________\nShop mailing list\nshop@lists.example\n",
        b"\r\n\r\nDiese Mail wurde geprueft. Bitte antworten Sie nicht.\r\n",
    ],
)
@pytest.mark.parametrize("pads", ["a", "aa", "aaa"])
def test_what_stands_below_base64_is_no_base64(footer, pads):
    text = f"Die Größe passt nicht, bitte senden Sie M {pads}"
    mail = read(base64.encodebytes(text.encode()).rstrip() + footer, "utf-8", "base64")
    assert text in f"{mail.visible_text}"
    assert "\ufffd" not in mail.visible_text + mail.signature


def test_base64_in_pieces_with_empty_lines_between_is_one():
    whole = base64.encodebytes(GERMAN.encode() * 5).replace(b"\n", b"\n\n")
    assert read(whole, "utf-8", "base64").visible_text == GERMAN * 5


@pytest.mark.parametrize("end", [b"= \n", b"=\t\r\n", b"=  \t \n", b"=\n"])
def test_space_behind_a_soft_break_is_nobodys(end):
    assert (
        read(b"Die Gr=C3=B6" + end + b"=C3=9Fe passt.", "utf-8", "quoted-printable").visible_text == "Die Größe passt."
    )


def test_quoted_printable_that_nobody_called_so():
    head = b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\n\n"
    broken = b"Die Gr=C3=B6=C3=9Fe passt nicht, bitte Gr=\n=C3=B6=C3=9Fe M."
    assert read_mail(head + broken).visible_text == "Die Größe passt nicht, bitte Größe M."
    sum_of_it = "1 + 1 =\n2, a=C3 and x=4"
    assert read_mail(head + sum_of_it.encode()).visible_text == sum_of_it


QUOTED = b"Die Gr=C3=B6=C3=9Fe passt nicht, bitte senden Sie mir Gr=\n=C3=B6=C3=9Fe M."
TOLD = "Die Größe passt nicht, bitte senden Sie mir Größe M."


@pytest.mark.parametrize(
    "name", ["7bit", "8bit", "base64", "QuotedPrintable", "quoted-printable (as always)", '"quoted-printable"']
)
def test_quoted_printable_under_other_names(name):
    assert read(QUOTED, "utf-8", name).visible_text == TOLD


@pytest.mark.parametrize("name", ["7bit", "8bit", "BASE-64", "base64; x", "base64 (x)"])
def test_base64_under_other_names(name):
    assert read(base64.encodebytes(TOLD.encode()), "utf-8", name).visible_text == TOLD


def test_letters_that_only_look_like_base64_stay_as_they_are():
    for body in ("ABCD" * 12, "KEY1KEY2KEY3KEY4KEY5KEY6KEY7KEY8KEY9KEY0KEYA"):
        assert read(body.encode(), "utf-8", "7bit").visible_text == body


def test_what_a_filter_wrote_above_base64_is_no_base64():
    mail = read(b"Note: mail from outside.\n\n" + base64.encodebytes(TOLD.encode()), "utf-8", "base64")
    assert mail.visible_text.endswith(TOLD)


def test_a_multipart_encoded_whole_as_quoted_printable():
    body = f'--b\nContent-Type: text/plain; charset=utf-8\n\n{TOLD}\n--b\nContent-Type: application/pdf; name="r.pdf"\n'
    encoded = binascii.b2a_qp(f"{body}\nx\n--b--\n".encode(), istext=True)
    mail = read(encoded, "", "quoted-printable", 'multipart/mixed; boundary="b"')
    assert (mail.visible_text, [each.name for each in mail.attachments]) == (TOLD, ["r.pdf"])


def test_words_that_somebody_called_base64_are_words():
    assert read(b"please send size M instead of L.", "utf-8", "base64").visible_text.startswith("please send size M")


def tlv(tag, *contents):
    content = b"".join(contents)
    size = len(content).to_bytes(4, "big")
    return bytes([tag, 0x84]) + size + content


def signed(inner):
    """CMS SignedData (RFC 5652) without certificates: what is signed in three pieces of indefinite length."""
    data, signed_data = bytes.fromhex("06092a864886f70d010701"), bytes.fromhex("06092a864886f70d010702")
    pieces = b"".join(tlv(4, inner[at : at + 40]) for at in range(0, len(inner), 40))
    content = b"\xa0\x80\x24\x80" + pieces + b"\0\0\0\0"
    inside = tlv(0x30, tlv(2, b"\1"), tlv(0x31), b"\x30\x80" + data + content + b"\0\0", tlv(0x31))
    return tlv(0x30, signed_data, tlv(0xA0, inside))


@pytest.mark.parametrize(
    ("before", "name"), [(b"", "base64"), (b"", "7bit"), (b"-----BEGIN PKCS7-----\n", "7bit"), (b"\n", "binary")]
)
def test_a_signature_around_the_words_is_opened(before, name):
    inner = b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + GERMAN.encode()
    mail = read(before + base64.encodebytes(signed(inner)), "", name, "application/pkcs7-mime; name=smime.p7m")
    assert (mail.visible_text, mail.attachments) == (GERMAN, ())


def test_signatures_around_signatures_end():
    inner = b"Content-Type: text/plain\r\n\r\nhi"
    for _ in range(60):
        head = b"Content-Type: application/pkcs7-mime\r\nContent-Transfer-Encoding: binary\r\n\r\n"
        inner = head + signed(inner)
    assert read_mail(b"From: a@b.example\r\n" + inner).kind == "person"


def test_what_is_encrypted_is_named():
    enveloped = tlv(0x30, bytes.fromhex("06092a864886f70d010703"), tlv(0xA0, tlv(0x30)))
    mail = read(base64.encodebytes(enveloped), "", "base64", 'application/pkcs7-mime; name="smime.p7m"')
    assert ([each.name for each in mail.attachments], mail.visible_text) == (["smime.p7m"], "")
    assert "it is encrypted, and can't be read here" in mail.problems


def record(attribute, content, level=1):
    return struct.pack("<BHHI", level, attribute, 0, len(content)) + content + b"\0\0"


def prop(kind, name, content):
    pad = b"\0" * (-len(content) % 4)
    return struct.pack("<HHII", kind, name, 1, len(content)) + content + pad


@pytest.mark.parametrize("kind", ["application/octet-stream", "application/x-ms-tnef", "application/x-tnef"])
def test_winmail_dat_gives_its_files_their_long_names(kind):
    named = prop(0x1F, 0x3707, "Rechnung größer.pdf\0".encode("utf-16-le"))
    odd = struct.pack("<HH16sII", 3, 0x8000, b"\0" * 16, 0, 7) + b"\0\0\0\0"
    mapi = struct.pack("<I", 2) + odd + named
    words = struct.pack("<I", 1) + prop(0x102, 0x1013, GERMAN.encode("cp1252"))
    raw = b"\x78\x9f\x3e\x22\1\0" + record(0x9007, struct.pack("<II", 1252, 0)) + record(0x9003, words)
    raw += record(0x9002, b"") + record(0x8010, b"RECHNU~1.PDF\0") + record(0x800F, b"%PDF-1.4") + record(0x9005, mapi)
    mail = read(base64.encodebytes(raw), "", "base64", f'{kind}; name="winmail.dat"')
    assert [(each.name, each.content) for each in mail.attachments] == [("Rechnung größer.pdf", b"%PDF-1.4")]
    assert mail.visible_text == GERMAN


@pytest.mark.parametrize("cut", range(6, 120, 7))
def test_winmail_dat_that_was_cut_stays_a_file_or_gives_what_is_whole(cut):
    raw = (
        b"\x78\x9f\x3e\x22\1\0" + record(0x9002, b"x" * 14) + record(0x8010, b"a.pdf\0") + record(0x800F, b"%PDF" * 20)
    )
    mail = read(base64.encodebytes(raw[:cut]), "", "base64", 'application/ms-tnef; name="winmail.dat"')
    assert [each.name for each in mail.attachments] in (["winmail.dat"], ["a.pdf"])
