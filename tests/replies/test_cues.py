"""Which turns of phrase say that a thing is done, and which ask, suppose or report it, in three languages."""

import pytest

from makegood.replies.rules.cues import CueKind, cues_in
from makegood.replies.rules.lexicon import fold

SAID = """
    As you asked, we have refunded you.
    We have refunded you, can you see it?
    You mentioned the delay, so we have refunded you.
    After checking we have refunded you.
    Once more sorry and we have refunded you.
    Comme vous l'avez demandé, nous avons remboursé votre commande.
    Sentimos que se haya perdido y le hemos devuelto el dinero.
    We have sent your money back.
    We've returned your money.
    We have sent 54.00 back.
    As you asked we have refunded you.
    As you asked, we confirm that we have refunded you.
    If you look at your card, we have refunded you.
    Can you see that we have refunded you?
    Before closing this we refunded you.
    I'm sorry that it was late, and we've refunded you.
    What a pity: we have refunded you.
    No doubt we've refunded you.
    You wrote to us and I have refunded you.
    You told us it was late and your money has been sent back.
    According to you it is lost, so it was refunded.
    Your refund was issued, can you see it?
    Your parcel was delivered, did you find it?
    After the weekend it was delivered.
    After checking it was delivered.
    Once more: it was delivered.
    Nous vous avons remboursé, le voyez-vous ?
    Vous parlez du retard, donc nous vous avons remboursé.
    Après vérification nous vous avons remboursé.
    Après avoir vérifié, je vous ai remboursé.
    Encore désolé que ce soit arrivé et nous vous avons remboursé.
    Nous vous avons rendu votre argent.
    Nous avons renvoyé votre argent.
    Comme vous le demandez nous vous avons remboursé.
    Como nos pidió, le hemos devuelto el dinero.
    Como usted escribió, le hemos devuelto el dinero.
    Le hemos devuelto el dinero, ¿lo ve?
    Mencionó el retraso, así que le hemos reembolsado.
    Después de comprobarlo le hemos devuelto el dinero.
    Una vez más lo siento y le hemos devuelto el dinero.
    Le hemos enviado su dinero.
    Su dinero ha sido reembolsado, ¿lo ve?
    We already refunded you.
    It has been delivered.
    Your order has been cancelled.
    Your parcel has been sent.
    Your money has been refunded.
    They have been sent to you.
    I gave you your money back.
    Désolé que ce soit perdu, nous avons remboursé.
    Your order is cancelled.
    All refunded!
    Refunded.
    Cancelled as you wished.
    You already have your money.
    Your parcel is at your door.
    Votre commande vient d'être remboursée.
    Nous venons de vous rembourser.
    Nous venons d'annuler votre commande.
    Le remboursement a bien été effectué.
    Nous avons bien modifié l'adresse de livraison.
    Votre colis est chez vous.
    Acabamos de reembolsarle.
    Acabamos de cancelar su pedido.
    Se canceló su pedido.
    Le hicimos el reembolso.
    El reembolso de 54,00 € ya está hecho.
    Su paquete ya está en casa.
    Your order is refunded.
    Your order has been replaced.
    Your parcel's shipped.
    It is out for delivery.
    Your address is corrected.
    Your address has been changed.
    We have corrected your address.
    We have issued you a voucher.
    A voucher has been issued.
    Your money is paid back.
    The refund went through.
    The cancellation has gone through.
    I have put the order through for a refund; done!
    We have arranged a refund.
    Money: done.
    It's back with you.
    When you wrote we had refunded you.
    We are happy to have refunded you.
    Votre commande est annulée.
    Votre commande est remboursée.
    Votre commande est remplacée.
    Votre commande est envoyée.
    Le remboursement est passé.
    Votre adresse a été modifiée.
    Votre adresse est corrigée.
    Nous avons corrigé votre adresse.
    Nous vous avons émis un bon d'achat.
    L'argent est de retour sur votre carte.
    Nous avons demandé votre remboursement.
    Su pedido está cancelado.
    Su pedido está reembolsado.
    El reembolso ya se realizó.
    Ya le reembolsamos.
    Su dirección está corregida.
    Hemos corregido su dirección.
    Le hemos emitido un vale.
    El dinero ya está en su cuenta.
    Hemos solicitado su reembolso.
    Cuando usted escribió le hemos devuelto el dinero.
    You should know that you were refunded.
    You may be glad to hear that it was refunded.
    You must have seen that your money was returned.
    Did you see that you were refunded?
    We issued your refund.
    We processed the refund.
    I've processed your refund.
    We did refund you.
    You have received your money back.
    We returned your payment.
    We have reversed the charge.
    Refunded in full.
    Delivered on Monday.
    A second copy is on its way to you.
    16.95 USD were returned to your card.
    We have paid 16.95 USD to your card.
    Nous avons déjà effectué le remboursement.
    Nous avons effectué le remboursement.
    Nous avons procédé au remboursement.
    Nous avons crédité votre carte.
    Vous êtes remboursé.
    Un nouvel exemplaire vous a été envoyé.
    Su dinero ha sido devuelto.
    Su dinero fue devuelto.
    Su dinero se ha devuelto.
    Hemos realizado el reembolso.
    Su reembolso ya salió.
    You should see that we have refunded you.
    It is true that we have refunded you.
    I wish to say that we have refunded you.
    You will be glad that it was delivered.
    It may please you that you were refunded.
    Vous devriez savoir que vous avez été remboursé.
    Debería ver que su dinero ha sido devuelto.
    We did send it again.
    Refunded today.
    Delivered, as the carrier says.
    It is not only true that we have refunded you.
    Why, it was delivered.
    As you asked, you were refunded.
    If you look, you will see that you were refunded.
    We thank you for waiting and have refunded you.
    According to our bank you were refunded.
    According to the bank it was refunded.
    We have proof that it has been delivered.
    I think that it was delivered.
    The bank confirms that we have refunded you.
    Once more, the bank confirms that you were refunded.
    When you wrote, we told you that we have refunded you.
    I can say that we have refunded you.
    We can't deny that we have refunded you.
    The money is with you already.
    Votre carte a été créditée.
    Le remboursement a bien été fait.
    Remboursement effectué.
    Ya tiene su dinero.
    Le reembolsamos ayer.
    It got to you on Monday.
    We don't know why you write because we have refunded you.
"""
UNSAID = """
    You wrote that we refunded you: I cannot find that.
    Once we have refunded you, you will get a letter.
    Have we refunded you?
    You say we have refunded you.
    I write to you as soon as we have refunded you.
    Whether we have refunded you I will check.
    If we have refunded you, you can see it.
    Nor have we refunded you.
    We have not refunded you yet.
    We would have refunded you.
    You will have been refunded by 3 December.
    Has it arrived, or is it still on its way?
    Has your parcel arrived, or not?
    Was it delivered?
    You told us it was delivered.
    You asked whether we have refunded you.
    Once it has been delivered, write to us.
    After it was delivered, you wrote.
    Vous écrivez que nous vous avons remboursé : je ne le trouve pas.
    Dès que nous vous avons remboursé, vous recevrez une lettre.
    Avons-nous remboursé votre commande ?
    Est-ce que nous vous avons remboursé ?
    Si nous vous avons remboursé, vous le voyez.
    Usted escribe que le hemos devuelto el dinero: no lo encuentro.
    Dice que le hemos devuelto el dinero.
    En cuanto le hemos devuelto el dinero, le escribimos.
    ¿Le hemos devuelto el dinero?
    Si le hemos devuelto el dinero, lo verá.
    Cuando haya sido entregado, escríbanos.
    We don't know yet what we have refunded.
    No refund was issued.
    You wrote we had refunded you.
    You wrote on Monday, 5 October, that we refunded you.
    We expect to have refunded you.
    It is refunded as soon as it is back.
    Your refund is not sent.
    The refund is in progress.
    The refund is on us.
    El reembolso está en curso.
    El dinero está en buenas manos.
    We have issued an invoice.
    We have sent you another e-mail.
    Your order is not cancelled.
    We have changed our minds.
    Vous écrivez, lundi, que nous vous avons remboursé.
    Votre commande n'est pas annulée.
    Nous vous avons envoyé une nouvelle lettre.
    Su pedido no está cancelado.
    Le hemos enviado otro correo.
    Once the bank confirms that we have refunded you, we will write.
    As soon as the office tells me that we have refunded you, I will write.
    I wish I could say that we have refunded you.
    You may think we have refunded you; we have not yet.
    You may think that we have refunded you; we have not yet.
    It is not true that we have refunded you.
    I can't say that we have refunded you.
    I don't think that it was delivered.
    We have no proof that it has been delivered.
    Not a cent was refunded.
    Thank you for telling us that it was delivered open.
    According to your mail it was delivered open.
    Merci de nous avoir dit que le colis est arrivé.
    Gracias por decirnos que el paquete ha llegado.
    Perhaps it was delivered to a neighbour.
    Maybe it was delivered to a neighbour.
    Peut-être a-t-il été livré chez un voisin.
    Quizás fue entregado a un vecino.
    Tal vez fue entregado a un vecino.
    Had it been delivered, you would know.
    Dès que la banque confirme que nous vous avons remboursé, nous vous écrirons.
    En cuanto el banco confirme que le hemos devuelto el dinero, le escribiremos.
    Il n'est pas vrai que nous vous avons remboursé.
    Je ne peux pas dire que nous vous avons remboursé.
    No puedo decir que le hemos devuelto el dinero.
    No es cierto que le hemos devuelto el dinero.
    We will tell you when your money was returned.
    You might have been refunded.
    It could have been delivered to a neighbour.
    It should have been delivered.
    It must have been delivered next door.
    We cannot say that it was delivered.
    I doubt that it was delivered.
    It is not certain that it was delivered.
    We are not sure that it was delivered.
    If it was delivered, tell us.
    I can't say whether it was delivered.
    We can't see that it was delivered.
    We are glad to hear that it has arrived.
    No se le ha reembolsado todavía.
    I don't think it was delivered.
    I can't say we have refunded you.
    Vous n'avez pas encore été remboursé.
    Le colis n'a pas encore été livré.
    Usted no ha sido reembolsado.
"""


def lines(text):
    return [line.strip() for line in text.strip().splitlines()]


def deeds(sentence):
    return [cue.kind for cue in cues_in(fold(sentence)) if cue.claims]


@pytest.mark.parametrize("sentence", lines(SAID))
def test_what_is_said_to_be_done_is_a_claim(sentence):
    assert deeds(sentence)


@pytest.mark.parametrize("sentence", lines(UNSAID))
def test_what_is_asked_supposed_or_reported_in_its_clause_claims_nothing(sentence):
    assert deeds(sentence) == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (CueKind.REFUNDED, "We have sent your money back."),
        (CueKind.REFUNDED, "Nous vous avons rendu votre argent."),
        (CueKind.REFUNDED, "Le hemos enviado su dinero."),
        (CueKind.REFUNDED, "Your refund for the parcel is on its way."),
        (CueKind.REFUNDED, "Votre remboursement est en route."),
        (CueKind.REFUNDED, "Su reembolso está en camino."),
        (CueKind.REFUNDED, "The money has arrived."),
        (CueKind.REFUNDED, "54.00 EUR went back to your card."),
        (CueKind.REFUNDED, "54.00 EUR is on its way to you."),
        (CueKind.REFUNDED, "We transferred 54.00 EUR to you."),
        (CueKind.REFUNDED, "Your 54.00 EUR has arrived."),
        (CueKind.REFUNDED, "Your 54.00 EUR arrived."),
        (CueKind.SENT, "Your 54.00 EUR order has been sent."),
        (CueKind.ARRIVED_INSTEAD, "The replacement has arrived."),
        (CueKind.SENT_INSTEAD, "Nous avons expédié le colis de remplacement."),
        (CueKind.CREDITED, "We have sent you a voucher."),
        (CueKind.SENT, "We have sent it to your new address."),
        (CueKind.SENT, "Your parcel is on its way."),
        (CueKind.SENT, "Su paquete está en camino."),
        (CueKind.SENT_INSTEAD, "A new parcel is on its way."),
        (CueKind.SENT_INSTEAD, "Un nouveau colis est en route."),
        (CueKind.SENT_INSTEAD, "We have already sent you a new parcel."),
        (CueKind.SENT_INSTEAD, "Nous vous avons déjà envoyé un nouveau colis."),
        (CueKind.SENT_INSTEAD, "Ya le hemos enviado un paquete nuevo."),
    ],
)
def test_what_is_said_to_be_sent_decides_what_is_done(kind, sentence):
    assert deeds(sentence) == [kind]
