"""How a letter stands is told in the same words on its case, among messages in trouble, and in the demo's mailbox."""

import pytest

from makegood.channels.models import Message
from makegood.channels.rules import MessageState
from makegood.faces.desk.letter_words import LETTER_STATES, letter_sentence, letter_state


def test_every_state_has_its_words():
    assert LETTER_STATES.keys() == set(MessageState)


@pytest.mark.parametrize("state", MessageState)
def test_each_state_is_a_label_and_a_sentence(state):
    message = Message(state=state, subject="Order 100", error="no such mailbox", direction="out", address="a@b.example")
    said = letter_sentence(message, who="Lena", at="14:05")
    assert letter_state(message)[0].isupper()
    assert ("Order 100" in said, "%(" in said) == (True, False)


def test_what_is_kept_or_held_back_is_not_about_to_go():
    labels = {
        state: letter_state(Message(state=state, direction="out", address="a@b.example")) for state in MessageState
    }
    about_to_go = {state for state, label in labels.items() if label == "About to go"}
    assert about_to_go == {MessageState.REQUESTED, MessageState.HANDING_OVER}


def test_for_whom_we_have_no_address_that_is_said():
    message = Message(state=MessageState.FAILED, subject="Order 100", direction="out", address="")
    assert letter_state(message) == "No address to send it to"
    assert (
        letter_sentence(message, who="Lena", at="") == "Lena wrote “Order 100”, and we have no address to send it to."
    )
