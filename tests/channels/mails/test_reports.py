"""Reports on deliveries in the words of many servers: who was not reached, for good or for now."""

import pytest

from makegood.channels.mails.mail import MailKind
from makegood.channels.mails.reading import read_mail

EXCHANGE = "MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@marsh.example"
DELAYED = {
    "transient": (
        "Mail Delivery Subsystem <MAILER-DAEMON@mx.example>",
        "Warning: could not send message for past 4 hours",
        "   ----- The following addresses had transient non-fatal errors -----\n<ada@marsh.example>\n",
    ),
    "in brackets": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Delivery delayed: Order 100",
        "Delivery is delayed to these recipients or groups:\n\nAda Marsh (ada@marsh.example)\n",
    ),
    "French": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Remise différée : Order 100",
        "La remise à ces destinataires est retardée :\n\nada@marsh.example\n\nLe serveur continuera à essayer.\n",
    ),
    "Polish": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Dostarczanie opóźnione: Order 100",
        "Dostarczanie do tych adresatów jest opóźnione:\n\nada@marsh.example\n",
    ),
    "Russian": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Доставка задерживается: Order 100",
        "Доставка следующим получателям задерживается:\n\nada@marsh.example\n",
    ),
    "Finnish": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Toimitus viivästyi: Order 100",
        "Toimitus näille vastaanottajille on viivästynyt:\n\nada@marsh.example\n",
    ),
    "German": (
        "Microsoft Outlook <postmaster@marsh.example>",
        "Zustellung verzögert: Order 100",
        "Die Zustellung an folgende Empfänger ist verzögert:\n\nada@marsh.example\n",
    ),
}
UNKNOWN = (
    "Benutzer unbekannt", "Die Adresse konnte nicht gefunden werden.", "Utilisateur inconnu", "Boîte inexistante",
    "L'adresse est introuvable.", "No se encontró la dirección", "Utente sconosciuto", "Casella inesistente",
    "Usuário desconhecido", "Gebruiker onbekend", "Okänd användare", "Ukendt bruger", "Ukjent bruker",
    "Tuntematon käyttäjä", "Nieznany użytkownik", "Neznámý uživatel", "Неизвестный пользователь",
    "Користувача не знайдено", "Böyle bir adres yok", "Ismeretlen felhasználó", "宛先不明", "找不到使用者",
    "수신자를 찾을 수 없습니다",
)  # fmt: skip
FULL = ("Das Postfach ist voll", "La boîte aux lettres est pleine", "El buzón está lleno", "Skrzynka jest pełna")


def read(sender, subject, body, kind="text/plain; charset=utf-8"):
    head = f"From: {sender}\nTo: help@northlight.example\nReturn-Path: <>\nSubject: {subject}\nContent-Type: {kind}\n"
    return read_mail(f"{head}\n{body}".encode())


def reported(words, returned=""):
    body = f"--b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n--b\nContent-Type: message/delivery-status\n\n"
    body += f"Reporting-MTA: dns; gw.example\n\n{returned}--b--\n"
    return read("gw@gw.example", "x", body, 'multipart/report; report-type=delivery-status; boundary="b"')


@pytest.mark.parametrize(("sender", "subject", "body"), DELAYED.values(), ids=DELAYED)
def test_a_delay_is_no_failure(sender, subject, body):
    mail = read(sender, subject, body)
    assert mail.kind is MailKind.BOUNCE
    assert [(each.address, each.is_hard, each.is_delayed) for each in mail.recipients] == [
        ("ada@marsh.example", False, True)
    ]


def test_what_was_given_up_for_good_is_delayed_no_more():
    words = "Die Zustellung war verzögert und ist endgültig gescheitert:\n\nada@marsh.example\n"
    mail = read("Mail Delivery System <mailer-daemon@mx.example>", "Unzustellbar", words)
    assert not mail.recipients[0].is_delayed


@pytest.mark.parametrize("words", UNKNOWN)
def test_a_report_that_has_its_words_for_people_alone(words):
    mail = reported(f"ada@marsh.example\n{words}")
    assert mail.kind is MailKind.BOUNCE
    assert [(each.address, each.is_hard) for each in mail.recipients] == [("ada@marsh.example", True)]


@pytest.mark.parametrize("words", FULL)
def test_a_full_mailbox_is_somebodys(words):
    assert not reported(f"ada@marsh.example\n{words}").recipients[0].is_hard


def test_a_report_that_names_nobody_returns_a_mail_that_does():
    returned = "--b\nContent-Type: message/rfc822\n\nTo: Ada <ada@marsh.example>\nSubject: Order 100\n\nHello\n"
    assert [each.address for each in reported("It failed.", returned).recipients] == ["ada@marsh.example"]


def test_exchange_names_itself_by_a_number():
    words = "Your message to ada@marsh.example couldn't be delivered.\n\nada wasn't found at marsh.example.\n"
    assert read(f"Microsoft Outlook <{EXCHANGE}>", "Undeliverable: Order 100", words).kind is MailKind.BOUNCE


def test_a_person_of_an_office_who_names_somebody_is_no_server():
    words = "Hello, the parcel for my wife (ada@marsh.example) was not delivered. Where is it?\n"
    mail = read_mail(f"From: Tom Marsh <postmaster@marsh.example>\nSubject: Delivery failed\n\n{words}".encode())
    assert mail.kind is MailKind.PERSON


@pytest.mark.parametrize(
    ("sender", "subject", "words"),
    [
        (
            "Tom <Mail.Administrator@marsh.example>",
            "DELIVERY FAILURE",
            "was not delivered to:\n\n  ada@marsh.example\n",
        ),
        (
            "Postmaster@mx.example",
            "系统退信",
            "您的邮件被退回来了\n\n收件人：ada@marsh.example\n退信原因：User not found: 550",
        ),
        (
            "<postmaster@mx.example>",
            "Delivery Failure",
            "It failed:\n\tRecipient: [SMTP:ada@marsh.example]\n\tNo such user",
        ),
    ],
)
def test_reports_of_other_servers(sender, subject, words):
    mail = read(sender, subject, words)
    assert (mail.kind, [each.address for each in mail.recipients]) == (MailKind.BOUNCE, ["ada@marsh.example"])


def test_a_person_of_an_office_whose_delivery_is_late_is_no_server():
    words = "Доставка задерживается, где заказ 100? Моя почта: tom@marsh.example\n"
    assert read("Tom <postmaster@marsh.example>", "Доставка задерживается", words).kind is MailKind.PERSON
