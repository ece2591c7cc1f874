"""Who filled in a form, where its program writes that into the text and nowhere else."""

import pytest

from makegood.channels.mails.forms import typed_into_form
from makegood.channels.mails.mail import Mailbox
from makegood.channels.mails.reading import read_mail
from tests.mails import mail

OWN = frozenset({"help@northlight.example"})
JOHN = Mailbox("John Miller", "john@mail.example")


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("Name: John Miller\nE-Mail: john@mail.example\nMessage: Where is my bowl?", JOHN),
        ("New message\n\nName: John Miller\n\nEmail: <john@mail.example>\n\nMessage:\nHello", JOHN),
        ("* Name *: John Miller\n* Email (required): John@mail.example\n\nHello", JOHN),
        ("Nom : John Miller\nCourriel : john@mail.example\n\nBonjour", JOHN),
        ("Nombre: John Miller\nCorreo electrónico: mailto:john@mail.example", JOHN),
        ("Order: 100\nEmail: john@mail.example", Mailbox("", "john@mail.example")),
        ("Name John Miller\nEmail john@mail.example\nMessage Where is it?", JOHN),
        ("Name\nJohn Miller\n\nEmail\njohn@mail.example\n\nMessage\nHello", JOHN),
        ("Country Code:\nNO\n\nName:\nJohn Miller\n\nEmail:\njohn@mail.example\n\nBody:\nHello", JOHN),
        # Words of a person, or no address that stands alone.
        ("Hello,\nmy address is\nEmail: john@mail.example", None),
        ("Email: john@mail.example", None),
        ("Name: John\nEmail: write to john@mail.example or tom@mail.example", None),
        ("Name: John\nWhere is it?\nEmail: john@mail.example", None),
        ("Mail me, please\nName your price\nto john@mail.example", None),
        ("", None),
    ],
)
def test_the_fields_at_the_head_of_a_text_say_who_wrote(text, who):
    assert typed_into_form(text) == who


def writer(sender, **more):
    body = "Name: John Miller\nE-Mail: john@mail.example\nMessage: Where is my bowl?"
    return read_mail(mail(body, sender=sender, **more), own_addresses=OWN).writer


def test_a_form_that_comes_from_our_own_address_is_its_visitors():
    read = read_mail(
        mail("Name: John Miller\nE-Mail: john@mail.example\nMessage: Hello", sender="Shop <help@northlight.example>"),
        own_addresses=OWN,
    )
    assert (read.writer, read.refusal) == (JOHN, "")
    assert writer("Forms <wordpress@northlight.example>") == JOHN


def test_whom_the_head_names_wrote_it_whatever_the_text_says():
    assert writer("Tom <tom@reed.example>").address == "tom@reed.example"
    assert writer("Shop <help@northlight.example>", Reply_To="tom@reed.example").address == "tom@reed.example"


def test_our_own_address_in_a_form_is_nobodys():
    body = "Name: Shop\nEmail: help@northlight.example"
    assert read_mail(mail(body, sender="help@northlight.example"), own_addresses=OWN).writer.address == ""
