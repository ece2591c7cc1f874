"""The turns of phrase by which people acknowledge, tell, make good and ask somebody back, in three languages.

One a line, as `fold` leaves them: without accents, with straight apostrophes. A line is a pattern of words; a space
stands for any space, and `~` for up to four words in between.
"""

from collections.abc import Mapping

from makegood.replies.rules.values import Part

ENGLISH = {
    Part.ACKNOWLEDGEMENT: """
        sorry
        apolog(y|ies|i[sz]e)
        (i|we) (do |fully |completely |can |really )?(understand|hear you)
        (i|we) can see (how|why)
        (must|can) (be|have been|feel) (so |very |really )?(frustrating|disappointing|upsetting|annoying|worrying|hard)
        how (frustrating|disappointing|upsetting|annoying|worrying)
        you(' a|'| a)re (quite |absolutely |completely )?right
        (i|we) believe you
        (thanks|thank you) ~? (telling|writing|letting|waiting|your (kind )?(message|patience|note|letter))
        (isn't|is not|wasn't|was not) what ~ promised
        should(n't| not| never)? have (happened|had to|been|taken|waited|arrived|gone|started|heard)
        and (it|they) should(n't)? have
        (we|i)( have|'ve)? let you down
        (we|i)( have|'ve)? ?(got|received|have|read) your (message|letter|mail|e-?mail|note)
        (my|our) (own )?(fault|mistake)
        (isn't|aren't|is not|are not) (with you|there|where (it|they) should be)
        """,
    Part.TRUTH: """
        (we|i) (now |also |honestly )?(think|believe (that|it|the|your)|suspect|know|don't know)
        (we|i) (now |also |honestly )?(do not know|checked|looked|found out|found|can see that)
        (it|they|parcel|box|package|order) ~? (left|went missing|got lost|was lost|is lost|is stuck|never left|fell)
        (lost|missing|stuck|stranded|held|delayed) (in|at|on|between|by|somewhere)
        (most likely|probably|almost certainly) (lost|gone|missing|stuck)
        (last|never|not|n't|been) (yet )?(scanned|seen)
        (no|last|without a) scan
        what happened
        (the )?(carrier|courier|post|tracking) ~? (says|said|shows|showed|tells|lost|has|made|reports)
        (tracking|order) number
        (we|i) (forgot|packed|sent|shipped|mixed up|made ~ label|ran out|posted|handed)
        (out of|no longer in|not in) stock
        the (truth|reason|honest answer) is
        (?<!what\\syou\\s)(was|were|is|are) (promised|damaged|returned|delivered|delayed|mislabelled|crushed|waiting)
        (has|have|hasn't|has not) left (us|our|the)
        still with us
        left (us|our|reno|the warehouse)
        """,
    Part.REMEDY: """
        (send|sending|sent|ship|shipping|shipped|post|posting|posted) ~? (again|another|new one|new ones|replacements?)
        (a|your|the) (replacement|new (one|parcel|copy|box))
        in (its|their) place
        in place of
        (refund|refunded|refunding|reimburse|reimbursed)
        money (back|for)
        (pay|paid|paying|give|giving) ~ back
        (at our (cost|expense)|on our account|free of charge|at no (extra )?(charge|cost))
        nothing to pay
        nothing for you to do
        you (pay|owe us|owe) nothing
        choose (here|below|what|whichever|between)
        (keep it|keep what|keep the|keep both)
        you(' wi|'| wi)ll (have|get|hear) ~? (answer|reply|from)
        (call|write to|ring) you (back )?(on|by|tomorrow|today|at|before)
        (credited|credit ~ (account|card)|put ~ back on your card)
        by express
        """,
    Part.COME_BACK: """
        next (order|purchase|parcel|time)
        (count|rely|depend) on (us|the next)
        (hope|look forward|love|like) to ~? (see|serve|have|welcome|keep) you
        (make|making) it up to you
        (your|keep your|earn ~|win ~) (trust|custom|loyalty)
        (thank you|thanks) for (staying|sticking|being|shopping|your loyalty)
        (voucher|gift card|discount|credit for)
        (ordered from|been with|shopped with|bought from) us (since|for)
        come back
        (a )?(small |little )?(thank[- ]you|treat|gift|something) (from|for) (us|you|the wait)
        we(' wi|'| wi)ll do better
        do better (next|by you)
        express (is )?on us
        free (express|shipping|delivery|postage) (on|for|until)
        kept ~ promises
        """,
}

FRENCH = {
    Part.ACKNOWLEDGEMENT: """
        desolee?s?
        (vous ~? )?(prions|prie) ~? (excuser|excuses)
        (toutes )?(nos|mes) (plus sinceres )?excuses
        (je|nous) (vous )?(comprends|comprenons)
        (je|nous) regrett(e|ons)
        (c'est|comme c'est|combien c'est|c'etait) ~? (decevant|frustrant|penible|inquietant|agacant|enervant)
        vous avez (tout a fait |entierement |bien )?raison
        (je|nous) vous cro(is|yons)
        merci ~? (nous avoir|m'avoir|avoir|votre (message|patience|lettre|mot)|(l'|les )(avoir|attendre))
        (n'est|n'etait) pas ce ~ (promis|attendiez|etait du)
        (n')?aura(it|ient) (jamais |pas )?(du|pas du|jamais du)
        (nous|je) (vous )?(avons|ai) (bien )?(recu|lu|votre message|decue?s?)
        (nous|je) (avons|ai) (bien )?(recu|lu) votre
        (notre|ma) (faute|erreur)
        (il|ils) n'y (est|sont) pas
        pas la ou (il|ils)
        (c'est|ce n'est) ~ (notre|ma) faute
        """,
    Part.TRUTH: """
        (nous|je) (pensons|pense|(croyons|crois) (que|qu'il|qu'elle)|supposons|savons)
        (nous|je) (sais|ne savons pas|ne sais pas|avons verifie|ai verifie)
        (colis|paquet|carton|commande|il|elle) ~? (est parti|est partie|a quitte)
        (colis|paquet|carton|commande|il|elle) ~? (s'est perdue?|est perdue?|s'est egaree?|est bloquee?)
        (perdue?|egaree?|bloquee?|retenue?|retardee?) (en|a|au|chez|dans|entre)
        (tres )?(probablement|sans doute|certainement) perdus?
        (jamais|pas|pas encore|a ete|l'a) (ete )?(scannee?|vue?)
        (aucun|dernier|sans) (scan|passage)
        ce qui s'est passe
        (le )?(transporteur|livreur|suivi|la poste) ~? (indique|dit|affirme|a perdu|n'a|montre|signale)
        (numero de suivi|numero de commande)
        (nous|j'|je) ?(avons|ai) (oublie|emballe|expedie|envoye|melange|prepare|remis|inverse)
        (en rupture|plus en stock|epuisee?s?)
        (la verite|la raison|c'est parce|parce que)
        (?<!vous\\s)(etait|etaient|est|sont) (promis|promise|endommagee?|renvoyee?|livree?)
        (est|sont) (pas encore )?parti(e|s|es)? de
        encore chez nous
        (est|a ete) (abimee?|casse|ecrase)e?
        """,
    Part.REMEDY: """
        (renvoyons|renvoie|renvoyer|reexpedions|reexpedie|reexpedier|renverrons)
        (envoyons|envoie|envoyer|enverrons|enverrai|expedions) ~? (un autre|une autre|un nouveau)
        (envoyons|envoie|envoyer|enverrons|enverrai|expedions) ~? (de nouveau|a nouveau|les memes|le meme)
        (un|le|votre) (nouveau|deuxieme|second) (colis|paquet|exemplaire|livre)
        a la place
        (rembourser|rembourses?|rembourserons|rembourserai|remboursons|rembourse|remboursement)
        (a nos frais|a notre charge|gratuitement|sans frais)
        vous n'avez rien a faire
        (rien a payer|ne payez rien|ne devez rien|ne paierez rien)
        (choisissez|dites-nous ici)
        (gardez|conservez)-(le|la|les)|gardez ce
        vous aurez (une|notre|ma) reponse
        (rappelle|rappellerai|rappelons|rappellerons|ecrirai|recontacterai) ~? (le|demain|avant|a|ce)
        (recrediterons|recreditons|crediterons|creditons|sur votre carte)
        en express
        """,
    Part.COME_BACK: """
        prochaine? (commande|achat|fois|colis|envoi)
        (compter|comptez|fier) ~? (nous|la prochaine)
        (esperons|espere|serions heureux|serons heureux|souhaitons) ~? (revoir|servir|retrouver|garder|accueillir)
        (nous|me) (rattraper|faire pardonner)
        (votre|cette) (confiance|fidelite)
        (bon d'achat|bon de|cheque-cadeau|remise|reduction|geste commercial)
        (commandez|cliente?|fidele|etes) ~? depuis
        (revenir|revoir|a bientot|reviendrez)
        (petit (cadeau|geste|merci))
        (nous ferons|ferons) mieux|faire mieux
        (port|livraison|frais de port|express) (offerte?s?|gratuite?s?)
        tenu ~? promesses?
        """,
}

SPANISH = {
    Part.ACKNOWLEDGEMENT: """
        (lo )?(siento|sentimos|lamento|lamentamos)
        (perdon|disculpas?|disculpe|perdone)
        (entiendo|entendemos|comprendo|comprendemos)
        (que|debe ser|es|habra sido) (muy |tan )?(decepcionante|frustrante|molesto|preocupante|desagradable)
        tiene (toda la |usted |mucha )?razon
        (le|la) (creo|creemos)
        gracias ~? (escribir|escribirnos|escribirme|avisar|avisarnos)
        gracias ~? (decirnos|contarnos|su (mensaje|paciencia|carta|nota)|haberl[ao]s?|esperar(l[ao]s?)?)
        no es (esto )?lo que (le )?(prometimos|prometi|esperaba|se le prometio)
        (no )?deberian? (haber|haberle|de haber)
        (hemos|he) (recibido|leido) su
        tenemos su mensaje
        (es|ha sido|fue) (culpa nuestra|nuestra culpa|culpa mia|un error nuestro|error nuestro)
        (le )?(hemos|he) fallado
        no estan? donde
        y no (deberia|deberian|ha llegado|han llegado)
        """,
    Part.TRUTH: """
        ((?<!le\\s)(?<!la\\s)(creemos|creo)|pensamos|pienso|suponemos|sabemos)
        (se que|no sabemos|no se donde|hemos comprobado|he comprobado)
        (paquete|pedido|caja|envio) ~? (salio|se perdio|se ha perdido|se extravio)
        (paquete|pedido|caja|envio) ~? (esta retenido|esta parado|sigue|nunca salio)
        (perdido|extraviado|retenido|parado|retrasado|bloqueado) (en|entre|por)
        (con toda probabilidad|probablemente|seguramente) ~? (perdido|extraviado)
        se ha perdido|se perdio|se extravio
        (nunca|no) ~? (escaneado|escaneo|visto|registrado)
        (ningun|ultimo|sin) (escaneo|registro|movimiento)
        (lo )?escaneo
        lo que (ha pasado|paso|ocurrio|ha ocurrido)
        (el )?(transportista|mensajero) ~? (dice|indica|afirma|perdio|no ha|muestra|informa)
        (el )?(repartidor|seguimiento|correos) ~? (dice|indica|afirma|perdio|no ha|muestra|informa)
        (numero de seguimiento|numero de pedido)
        (olvidamos|olvide|empaquetamos|enviamos ayer|preparamos|confundimos|se nos olvido|nos equivocamos)
        (agotado|agotada|sin existencias|no nos queda)
        (la verdad|la razon|el motivo) es
        (estaba|estaban|esta|estan) (prometido|prometida|danado|danada|devuelto|entregado|roto|rota)
        (llego|ha llegado|llegaron) (roto|rota|danado|danada|aplastado|aplastada|mal)
        (salio|ha salido) (todavia )?(de|con)
        todavia esta con nosotros
        """,
    Part.REMEDY: """
        (volver a|volvemos a|volvere a|volveremos a) (enviar|enviarle|mandar|mandarle|enviarselo)
        (enviamos|envio|enviaremos) ~? (de nuevo|otra vez|otro|otra|uno nuevo|una nueva)
        (enviare|mandamos|enviarle|mandarle) ~? (de nuevo|otra vez|otro|otra|uno nuevo|una nueva)
        (un|el|su) (nuevo|segundo) (paquete|ejemplar|envio|libro)
        en (su )?lugar( de)?
        (reembolso|reembolsar|reembolsarle|reembolsamos|reembolsaremos)
        (devolver|devolverle|devolvemos) ~? (dinero|importe|usd|eur|euros?|dolares|pesos)
        (devolveremos|devuelvo|devolvere|recuperar) ~? (dinero|importe|usd|eur|euros?|dolares|pesos)
        (devolvemos|devolveremos|devolvere) \\d+
        (a nuestro cargo|por nuestra cuenta|sin coste|sin costo|(?<!envio\\s)(?<!portes\\s)gratis|gratuitamente)
        no tiene que hacer nada
        (no paga|no tiene que pagar|nada que pagar|no nos debe)
        (elija|escoja|diganos) aqui
        (quedese|quedeselo|puede quedarse)
        tendra (una|nuestra|mi) respuesta
        le (llamare|llamaremos|llamo|escribire|escribiremos) ~? (el|manana|antes|hoy|a las)
        (abonaremos|abonamos|ingresaremos|en su tarjeta)
        por (envio )?(urgente|expres)
        """,
    Part.COME_BACK: """
        (proximo|proxima|siguiente) (pedido|compra|vez|envio)
        (contar|cuente|confiar|confie) ~? (nosotros|la proxima|con ello)
        (esperamos|espero) ~? (verle|verla|volver a verle|atenderle|seguir|servirle)
        (nos gustaria|nos encantaria|quisieramos) ~? (verle|verla|volver a verle|atenderle|seguir|servirle)
        (compensar|compensarle|compensarselo)
        su (confianza|fidelidad)
        (vale|cupon|descuento|tarjeta regalo|bono)
        (compra|cliente|con nosotros|pide) ~? desde
        (volver|vuelva|regrese) (pronto|con nosotros|a nuestra)
        (pequeno|pequena) (detalle|regalo|atencion)
        lo haremos mejor|hacerlo mejor
        (portes|envio|gastos de envio|expres) (gratis|gratuitos?)
        cumplido ~? promesas?
        """,
}

TURNS: Mapping[str, Mapping[Part, str]] = {"en": ENGLISH, "fr": FRENCH, "es": SPANISH}
