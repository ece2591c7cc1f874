"""The turns of phrase behind `cues`, in three languages; folded, in the notation that `cues` explains.

Each is read in a letter of any language, so a turn stands here only if it means nothing else in the other two.
"""

ASIDES = (
    r"(?:already|now|just|today|yesterday|fully|also|since|both|all|safely|successfully|finally|immediately|meanwhile"
    r"|of|course|ever|deja|bien|aussi|tout|toutes|tous|ce|matin|hier|aujourd'hui|enfin|donc|immediatement|depuis"
    r"|ya|tambien|hoy|ayer|hace|poco|por|fin)"
)
# Right before a cue, perhaps with one word between, they make it say nothing.
DENIALS = (
    r"(?:no|not|never|nobody|nothing|none|neither|without|ne|n'|rien|personne|aucun|jamais|nunca|nada|nadie"
    r"|ningun|ninguno|tampoco|aun no|todavia no)"
)
# Where one of these stands in the clause, the deed is supposed.
IF = (
    r"(?:if|whether|when|whenever|until|till|unless|as soon as|should you|would|could|should|might|may|must"
    r"|si|s'|des qu(?:e|')|lorsqu(?:e|')|quand|une fois qu(?:e|')|jusqu'a ce qu(?:e|')|apres qu(?:e|')|avant qu(?:e|')"
    r"|est-ce qu(?:e|')|aurait|auraient|aurions|devrait"
    r"|cuando|una vez que|en cuanto|tan pronto|hasta que|despues de que|antes de que|habria|habriamos|deberia)"
)
# These say so only right before it: "once we have refunded you", "what we have sent".
ONLY_RIGHT_BEFORE = r"(?:once|after|before|what|whatever|ce qu(?:e|')|ce qui|une fois|apres|avant|lo que|una vez)"
ASKING = r"(?:has|have|had|is|are|was|were|did|do|does|can|could|may|might|should|would|will|when|why|how|where)"
# What the customer told us is theirs to have said; "as you asked" is none of it.
REPORTED = (
    r"(?<!as )(?<!comme )(?:you (?:say|said|wrote|write|told us|tell us|told me|tell me|think|believe)"
    r"|you (?:report|reported|mention|mentioned|asked|ask) (?:that|if|whether)|according to you"
    r"|vous (?:nous |m'avez |me )?(?:dites|avez ecrit|avez dit|ecrivez|pensez|ecrit|dit)|selon vous"
    r"|vous demandez si"
    r"|(?<!como )(?:usted )?(?:nos )?(?:dice|dijo|escribe|escribio)(?: que)?|segun usted)"
)
SORRY = r"(?:sorry (?:to (?:hear|read)|that)|desolee?s? qu(?:e|')|(?:siento|sentimos|lamento|lamentamos) que)"
# A deed of the first person, by its own words.
OURS = (
    r"(?:we|i|we've|i've|avons|ai|vous ai|j'ai|t'ai|l'ai|l'avons|hemos|he|habiamos"
    r"|(?:le|les|se lo) (?:devolvimos|devolvi|reembolse|abone))"
)
PRONOUNS = r"(?:we|i|nous|je|j'|on|vous|te|lui|leur|le|la|les|l'|se|lo|los|las|y|en|it|they|il|elle|ils)"
JOINING = r"(?:and|but|so|et|mais|donc|y|pero|asi que|por eso)"
SUBJECTS = (
    r"(?:we|i|it|they|he|she|you|your|the|this|these|both|we've|i've|nous|je|j'\w+|il|elle|ils|on|vous|votre|vos"
    r"|le|la|les|l'\w+|usted|su|sus|el|los|las|lo|se|hemos|he|ya)"
)
# What is sent and is no goods.
THINGS_OF_WORDS = (
    r"(?:e-?mails?|mails?|messages?|letters?|notes?|links?|forms?|reminders?|claims?|enquir\w+|inquir\w+|questions?"
    r"|requests?|photos?|pictures?|complaints?|details|address|confirmations?|invoices?|receipts?|reply|answer|word"
    r"|courriels?|lettres?|liens?|formulaires?|rappels?|reclamations?|demandes?|adresse|factures?|reponses?"
    r"|correos?|mensajes?|cartas?|enlaces?|formularios?|recordatorios?|reclamacion\w*|solicitud\w*|fotos?|preguntas?"
    r"|direccion|facturas?|respuestas?)"
)

_OF = r"(?: (?:of|de) \S+(?: [a-z]{3})?)?"
_ISSUED = r"(?:issued|processed|sent|made|paid|completed|returned|transferred|credited)"
_MADE_ES = r"(?:emitido|realizado|hecho|procesado|enviado|efectuado|completado)"
_ANEW = r"(?:again|another|replacements?|new (?:one|ones|parcel|parcels|copy|copies|box))"
_NEW = r"(?:replacements?|new (?:one|ones|parcel|parcels|copy|copies|box))"
_SENT = r"(?:sent|shipped|posted|dispatched|mailed)"
_ANEW_FR = r"(?:a nouveau|de nouveau|(?:un|une) (?:autre|nouveau|nouvelle|second|seconde|deuxieme)|remplacement)"
_NEW_FR = r"(?:nouveau|nouvel|second|deuxieme) (?:colis|paquet|exemplaire|envoi)"
_ANEW_ES = r"(?:de nuevo|otra vez|otro|otra|(?:un|uno) nuevo|nuevo (?:paquete|ejemplar|envio)|reemplazo|sustitucion)"
_NEW_ES = r"(?:nuevo|segundo) (?:paquete|ejemplar|envio)"
_THEY = r"(?:it|they|both|parcels?|box|boxes|packages?|orders?)(?: #?\S*\d)?"
_WILL = r"(?:will|would|should|shall|can|could|to|must)(?: still)?"
_HAS_ES = r"(?:hemos|he|ha sido|han sido|fue|fueron|se ha|se han)"

CUES = {
    "refunded": rf"""
        (?:have|has|had|been|was|were|got)(?: been)? ~ (?:refunded|reimbursed|repaid|credited)
        (?:we|i|they|you|it)'(?:ve|s)(?: been)? ~ (?:refunded|reimbursed|repaid|credited)
        (?:have|has|had|been|was|were|we've|i've) ~ (?:paid|given) ... back
        (?:have|has|had|we've|i've|we|i) ~ (?:sent|returned|transferred|wired|put|gave) ... money(?: back)?
        (?:have|has|had|we've|i've|we|i) ~ (?:sent|returned|transferred|wired|put) ... \d\S*(?: [a-z€$£]{{1,3}})? back
        (?:we|i) ~ (?:refunded|reimbursed|repaid|credited)
        (?:we|i) ~ (?:paid|gave) ... back
        (?:refund|money){_OF} (?:has|have|was|were) ~ (?:been )?{_ISSUED}(?: back)?
        (?:refund|money){_OF} (?:has|have) ~ (?:gone|left|arrived|reached)
        (?:refund|money){_OF} is ~ (?:on its way|back (?:on|in|with)|done|complete)
        (?:avons|ai|a|ont|avez|j'ai|vous ai|t'ai|l'ai|l'avons)(?: ete)? ~ (?:rembourse|recredite|reverse)e?s?
        (?:avons|ai|j'ai|vous ai|l'avons) ~ (?:rendu|renvoye|reverse|restitue|vire) ... argent
        (?:remboursement|argent){_OF} (?:a|ont) ~ (?:ete )?(?:effectue|fait|emis|traite|envoye|verse|lance)e?s?
        (?:remboursement|argent){_OF} est ~ (?:parti|fait|effectue|en route)
        (?:hemos|he|habiamos) ~ (?:devuelto|reembolsado|abonado|reintegrado|reingresado)
        (?:hemos|he) ~ (?:enviado|transferido|ingresado) ... dinero
        (?:ha|han) sido ~ (?:reembolsado|reembolsada|abonado|abonada)s?
        se (?:le|les) (?:ha|han) ~ (?:devuelto|reembolsado|abonado)
        fue ~ (?:reembolsado|abonado)
        (?:le|les|se lo) (?:devolvimos|devolvi|reembolse|abone)
        reembolso{_OF} (?:ha sido|fue|esta|se ha) ~ {_MADE_ES}
        """,
    "sent": rf"""
        (?:have|has|had|was|were)(?: been)? ~ {_SENT}
        (?:we|i|it|they)'(?:ve|s)(?: been)? ~ {_SENT}
        (?:we|i) ~ {_SENT}
        (?:has|have) ~ left
        {_THEY} ~ (?:left|shipped)
        left (?:us|our|on)
        (?:is|are) ~ on (?:its|their) way (?:to you)?(?! (?:back|instead))
        (?:avons|ai|a ete|ont ete|j'ai|l'ai|l'avons) ~ (?:envoye|expedie|poste)e?s?
        (?:est|sont) ~ parti(?:e|s|es)?
        (?:est|sont) en route(?! vers nous)
        {_HAS_ES} ~ (?:enviado|enviada|mandado|mandada|expedido|expedida|despachado|despachada)s?
        (?:ha|han) ~ salido
        (?:salio|salieron)
        (?:esta|estan) en camino
        """,
    "sent_instead": rf"""
        (?:have|has|had|was|were)(?: been)? ~ (?:re-?sent|reshipped)
        (?:have|has|had|was|were|we've|i've)(?: been)? ~ {_SENT} ... {_ANEW}
        (?:we|i) ~ (?:re-?sent|reshipped)
        (?:we|i) ~ {_SENT} ... {_ANEW}
        {_NEW} (?:has|have|was|were) ~ (?:been )?(?:sent|shipped|posted|dispatched|mailed|left)
        {_NEW} ~ (?:left|shipped)
        {_NEW} (?:is|are) ~ on (?:its|their) way
        (?:avons|ai|a ete|ont ete|j'ai|l'ai|l'avons) ~ (?:renvoye|reexpedie|remplace)e?s?
        (?:avons|ai|a ete|ont ete|j'ai) ~ (?:envoye|expedie|poste)e?s? ... {_ANEW_FR}
        {_NEW_FR}(?: de remplacement)? (?:est|sont) ~ (?:parti|en route)s?
        {_NEW_FR} nous a ~ quittes
        nouveaux colis sont ~ (?:partis|en route)
        {_HAS_ES} ~ (?:reenviado|reenviada|repuesto)s?
        (?:hemos|he|ha sido|han sido|fue|se ha) ~ (?:vuelto a (?:enviar|enviarle|mandar|mandarle|enviarlo|mandarlo))
        (?:hemos|he|ha sido|han sido|fue|se ha) ~ (?:enviado|mandado|expedido)s? ... {_ANEW_ES}
        {_NEW_ES} (?:ha|han) ~ salido
        {_NEW_ES} (?:salio|esta en camino)
        """,
    "arrived": rf"""
        (?:was|were|been|is|are) ~ (?:delivered|handed over to you|left at your door)
        (?:have|has|had|{_THEY}) ~ arrived
        delivered (?:it|them|your \w+|the \w+)
        (?:a|ont) ete ~ (?:livre|remis|distribue)e?s?
        (?:est|sont) ~ (?:arrive|livre)e?s?
        (?:avons|l'avoir|l'a|les a) ~ livre(?:e|s|es)?
        (?:ha sido|fue|han sido|fueron|se ha|se han) ~ (?:entregado|entregada)s?
        se entrego
        (?:lo|la|los|las) (?:entrego|entregaron)
        (?:ha|han) ~ llegado
        (?:llego|llegaron)
        """,
    "cancelled": r"""
        (?:have|has|had|was|were|been|we've|i've|we|i) ~ cancell?ed
        (?:avons|ai|a ete|j'ai|est) ~ annulee?
        (?:hemos|he|ha sido|fue|se ha|esta) ~ (?:cancelado|cancelada|anulado|anulada)
        """,
    "scanned": r"""
        (?:last|was|were|been|first|and) ~ (?:scanned|seen)
        scanned (?:it|them)
        (?:a|l'a|ete) ~ (?:scanne|vu)e?s?
        (?:lo|la|los) (?:escaneo|registro)
        (?:ha sido|fue) ~ (?:escaneado|registrado)
        """,
    "money": r"""
        refund(?:s|ing|ed|able)?
        (?:reimburse|repay|money back|your money)
        (?:pay|pays|paying|give|giving|get|getting|have|having|receive) ... back
        (?:credit|crediting) (?:you|your|it|the)
        rembours(?:er|ons|e|erons|erai|era|ement|ements|erions)
        (?:rendre|rendons|rendrons|rendrai|rends|recrediter|recrediterons|reverserons)
        (?:votre|cet|l') ?argent
        (?:su|ese|el) dinero
        reembols(?:ar|arle|amos|aremos|are|o|ara)
        (?:devolver|devolverle|devolvemos|devolveremos|devolvere|devuelvo|devolucion|devolveriamos)
        (?:recuperar|abonar|abonaremos|abonamos|ingresaremos)
        """,
    "promised": r"""
        (?:promised|promise)
        (?:was|were|been) ~ (?:due|expected|to (?:arrive|reach you|come|be with you))
        (?:should|ought to) have (?:~ )?(?:been (?:with you|there|delivered)|arrived|come|left|reached you)
        (?:promis|promise|promises|promettons)
        (?:etait|etaient) ~ (?:attendu|prevu)e?s?
        (?:devait|devaient|aurait du|auraient du)
        (?:prometid[oa]s?|prometimos|prometio)
        (?:estaba|estaban) ~ previst[oa]s?
        (?:debia|debian|deberia haber\w*|deberian haber\w*)
        """,
    "with_you": r"""
        (?:be|been) (?:back )?(?:with you|there)
        (?:have|get) (?:it|them)
        (?:sera|seront|serait) ~ (?:chez vous|la)
        vous (?:l'|les )(?:aurez|auriez|recevrez)
        vous l'(?:aurez|auriez)
        (?:lo|la|los|las) (?:tendra|tendria|recibira)
        (?:estara|estaran) en (?:su casa|casa|su cuenta)
        """,
    "to_come": r"""
        {_WILL} (?:arrive|reach you|come|get there|be delivered|leave|go out)
        {_WILL} have (?:arrived|come|been delivered|left|reached you)
        (?:it|that|they)'ll (?:arrive|reach you|come|get there|be delivered|leave|go out)
        (?:arrives|arriving|comes|leaves|reaches you|due|expected)
        (?:will|can|would|to|are|am|is|'re|'m|'ll) ~ (?:send|sending|ship|shipping|post|posting)
        (?:arrivera|arriveront|arriverait|arrive|arrivent|viendra|parviendra|partira|partiront)
        (?:sera|seront|serait) ~ livre(?:e|s|es)?
        (?:recevrez|recevriez|attendu|attendue|prevu|prevue|devrait)
        (?:envoyons|enverrons|envoie|expedions|expedierons|renvoyons|renverrons|envoyer|renvoyer)
        (?:llegara|llegaran|llegaria|llega|llegan|saldra|saldran|vendra)
        (?:tendra|tendria|recibira|recibiria|previst[oa]|deberia)
        (?:enviamos|enviaremos|enviare|enviar|enviarle|mandamos|mandaremos|reenviamos)
        """,
    "price": r"""
        (?:cost|costs|price|priced|worth)
        (?:coute|coutent|coutait|prix|vaut)
        (?:cuesta|cuestan|costo|costaba|precio|vale)
        """,
}
