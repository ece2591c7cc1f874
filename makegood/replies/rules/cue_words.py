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
    r"(?:no|not|never|nobody|nothing|none|neither|without|ne|n'|pas|rien|personne|aucun|jamais|nunca|nada|nadie"
    r"|ningun|ninguno|tampoco|aun no|todavia no)"
)
# Where one of these stands in the clause, the deed is supposed.
IF = (
    r"(?:if|whether|when|whenever|until|till|unless|as soon as|should (?:you|it|they|the|your)"
    r"|si|s'|des qu(?:e|')|lorsqu(?:e|')|quand|une fois qu(?:e|')|jusqu'a ce qu(?:e|')|apres qu(?:e|')|avant qu(?:e|')"
    r"|est-ce qu(?:e|')|cuando|una vez que|en cuanto|tan pronto|hasta que|despues de que|antes de que)"
)
# Right before the deed, and no earlier: "it may have been delivered", but "you may be glad that it was delivered".
MODALS = (
    r"(?:would|could|should|might|may|must|aurait|auraient|aurions|devrait|habria|habriamos|deberia)"
    r"(?:\s+(?:have|be|been|not|well|still|just|only|already|bien|etre|avoir|haber|ser|sido))*"
)
# What is perhaps there is not said to be; of our own money we know.
PERHAPS = (
    r"(?:perhaps|maybe|possibly|probably|presumably|(?:may|might|could) be that|peut-etre|sans doute|probablement"
    r"|(?:i am|i'm|we are|we're) (?:so |very )?(?:glad|happy|pleased|relieved) to (?:hear|read|learn)(?: that)?"
    r"|il se peut que|quizas?|tal vez|acaso|probablemente|a lo mejor|puede que)"
)
# Before "that it was": nobody says so.
NOT_SAYING = (
    r"(?:(?:n't|\bnot|\bnever|cannot)\s+(?:yet\s+|really\s+|quite\s+|even\s+)?(?:say|think|believe|confirm"
    r"|promise|claim"
    r"|tell you|prove|true|certain|sure|clear|proven|correct)"
    r"|\bno\s+(?:\w+\s+)?(?:proof|evidence|sign|record|word|news|confirmation)(?:\s+yet)?"
    r"|\b(?:i|we) (?:can't|cannot|can not|don't|do not|couldn't|could not) (?:see|find|know)"
    r"|\b(?<!not )(?<!n't )(?<!no )doubt|\b(?:i|we) wish (?:i|we) could (?:say|tell you|confirm|write)"
    r"|(?:\bne\s|\bn')(?:(?!seul)\S+\s+){1,4}?(?:vrai|certain|surs?|dire|affirmer|confirmer|preuve|crois"
    r"|croyons|pense|pensons)"
    r"|\baime\w+ pouvoir (?:vous )?(?:dire|confirmer)"
    r"|\bno\s+(?:(?!solo)\S+\s+){0,4}?(?:cierto|verdad|segur[oa]s?|decir(?:le)?|confirmar(?:le)?|creo|creemos"
    r"|pruebas?)(?:\s+de)?"
    r"|\bojala (?:pudiera|pudieramos) (?:decir|confirmar)(?:le)?)"
)
# "Once the bank confirms" that it is so.
CONFIRMING = (
    r"(?:confirm\w*|tells?|says?|knows?|writes?|hears?|learns?|shows?|sees?|sure|certain|dit|dise|ecrit|indique"
    r"|confirme\w*|sait|diga|dice|sepa|sabe|escriba)(?:\s+(?:me|us|you|to us|nous|vous|nos))?"
)
# Who asks so, tells it: "Did you see that you were refunded?"
PRESUPPOSING = (
    r"(?:see|seen|know|known|notice|noticed|hear|heard|aware|realise|realize|vu|savez|remarque|visto|sabe|sabia)"
)
# These say so only right before it: "once we have refunded you", "what we have sent".
ONLY_RIGHT_BEFORE = r"(?:once|after|before|what|whatever|ce qu(?:e|')|ce qui|une fois|apres|avant|lo que|una vez)"
# Before "to have refunded".
HOPING = r"(?:expect|hope|plan|intend|aim|want|need|like|going|try|about|ought|supposed)(?:ed|s|ing)?"
ASKING = r"(?:has|have|had|is|are|was|were|did|do|does|can|could|may|might|should|would|will|when|why|how|where)"
# What the customer told us is theirs to have said; "as you asked" is none of it.
REPORTED = (
    r"(?<!as )(?<!when )(?<!before )(?<!since )(?<!comme )(?<!quand )"
    r"(?:you (?:(?:may|might|must|could) (?:well )?)?(?:say|said|wrote|write|told us|tell us|told me|tell me"
    r"|think|believe)"
    r"|thank(?:s| you) for (?:telling|letting|informing|reporting|saying|mentioning)"
    r"|according to your (?:e-?mail|mail|message|letter|note|words)"
    r"|merci (?:de|pour) (?:nous |m')?(?:avoir )?(?:dit|dire|ecrit|signale\w*|informe\w*|prevenu)"
    r"|selon votre (?:message|courriel|mail|lettre)|segun su (?:correo|mensaje|carta)"
    r"|gracias por (?:decir|avisar|escribir|contar|informar|comunicar)(?:nos|me)"
    r"|you (?:report|reported|mention|mentioned|asked|ask) (?:that|if|whether)|according to you"
    r"|vous (?:nous |m'avez |me )?(?:dites|avez ecrit|avez dit|ecrivez|pensez|ecrit|dit)|selon vous"
    r"|vous demandez si"
    r"|(?<!como )(?<!cuando )(?<!cuando usted )(?:usted )?(?:nos )?(?:dice|dijo|escribe|escribio)(?: que)?|segun usted)"
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
# What a deed is done to, by which "sent", "arrived", "issued" or "changed" says one thing or another. Of those that
# begin at one place the first counts: another e-mail is no other parcel.
THINGS = {
    "words": r"""
        (?:(?:another|new|second|une? autre|nouve\w+|otr[oa]|nuev[oa]) )?
        (?:e-?mails?|mails?|messages?|letters?|notes?|links?|forms?|reminders?|claims?|enquir\w+|inquir\w+|questions?|requests?|photos?|pictures?|complaints?|details|confirmations?
        |invoices?|receipts?|reply|answer|word|courriels?|lettres?|liens?|formulaires?|rappels?|reclamations?|demandes?
        |factures?|reponses?|correos?|mensajes?|cartas?|enlaces?|formularios?|recordatorios?|reclamacion\w*|solicitud\w*
        |fotos?|preguntas?|facturas?|respuestas?)
        """,
    "money": r"""
        refunds?|reimbursements?|money(?: back)?|amount|remboursements?|argent|montant|somme|reembolsos?|dinero
        |importe|devolucion|(?:to|on|onto|into|in) your (?:card|bank|account|\w+ account)
        |(?:sur|vers) votre (?:carte|compte)|(?:a|en) su (?:tarjeta|cuenta)
        |[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£]|(?:eur|usd|gbp|cad|aud|chf|jpy|mxn)(?!\w)|euros?|dollars?|pounds?|dolares)
        """,
    "credit": r"""
        vouchers?|gift cards?|(?:store )?credits?|credit notes?|coupons?|discounts?|bons? d'achat|un avoir
        |cheques?-cadeaux?|code promo|remises?|vales?|cupon(?:es)?|bonos?|tarjetas? regalo|descuentos?|abonos?
        """,
    "address": "address|adresse|direccion",
    "cancellation": "cancell?ations?|annulation|cancelacion|anulacion",
    "new": r"""
        replacements?|another|again|anew
        |(?:new|second|fresh) (?:ones?|parcels?|packages?|box(?:es)?|cop(?:y|ies)|books?|items?|set)
        |(?:colis de )?remplacement|paquetes? de (?:reemplazo|sustitucion)|(?:a|de) nouveau|une? autre
        |(?:nouve\w+|seconde?s?|deuxiemes?) (?:colis|paquets?|exemplaires?|envois?|livres?)
        |de nuevo|otra vez|otr[oa]s?|reemplazo|sustitut\w+|sustitucion|uno nuevo
        |(?:nuev[oa]s?|segund[oa]s?) (?:paquetes?|ejemplar(?:es)?|envios?|libros?|cajas?)
        |(?:paquetes?|ejemplar(?:es)?|envios?|libros?|cajas?) nuev[oa]s?
        """,
    "goods": r"""
        parcels?|packages?|box(?:es)?|orders?|books?|goods|items?|shipments?|colis|paquets?|commandes?|livres?|articles?
        |paquetes?|pedidos?|libros?|envios?|cajas?|articulos?
        """,
}
# The thing right after one of these is no subject: "the refund for your order".
OF = r"(?:of|for|from|with|to|in|on|about|de|du|des|d'|pour|sur|avec|dans|del|por|para|con|en|sobre)"
# What is said to be done now is still to come with one of these after it: "it is refunded once it is back".
STILL_TO_COME = (
    r"(?:by|within|in \w+ (?:days?|weeks?)|tomorrow|next|once|when|as soon as|if|only|until"
    r"|avant|sous|d'ici|demain|des que|quand|si|une fois|antes|dentro de|manana|cuando|en cuanto|si|una vez)"
)

_HAS = r"(?:(?:have|has|had|got|was|were|been|is|are|we|i|\w+'(?:ve|s|re))(?: been)?)"
_HAS_FR = r"(?:(?:avons|avions|ai|a|ont|avez|est|sont|j'ai|vous ai|t'ai|l'ai|l'avons|l'a|ete)(?: (?:bien |deja )?ete)?)"
_HAS_ES = (
    r"(?:(?:hemos|he|habiamos|ha|han|fue|fueron|esta|estan|queda|quedan|quedo|se ha|se han|sido)(?: sido| quedado)?)"
)
_THEY = r"(?:it|they|both|parcels?|box|boxes|packages?|orders?)(?: #?\S*\d)?"
_WILL = r"(?:will|would|should|shall|can|could|to|must)(?: still)?"
_MONEY = r"(?:refund|money|remboursement|argent|reembolso|dinero)"

# By what they are done to, these five become a kind of their own (`cues`).
CUES = {
    "sent": rf"""
        (?:we|i|they) did ~ (?:send|ship|post|mail|dispatch)
        (?:^|(?<=:\s))(?:sent|shipped|dispatched)(?= (?:on|yesterday|today|to you))
        (?:^|(?<=:\s))(?:expedie|envoye)e?s?(?= (?:le|hier|aujourd'hui))
        (?:^|(?<=:\s))enviad[oa]s?(?= (?:el|ayer|hoy))
        {_HAS} ~ (?:sent|shipped|posted|dispatched|mailed)
        (?:has|have) ~ left
        {_THEY} ~ (?:left|shipped)
        left (?:us|our|on)
        (?:is|are|\w+'s) ~ on (?:its|their|the) way(?: to you)?(?! (?:back|instead))
        (?:is|are|\w+'s) ~ out for delivery
        {_HAS_FR} ~ (?:envoye|expedie|poste)e?s?
        (?:viens|venons) (?:d'|de )(?:vous )?(?:l'|les )?(?:envoyer|expedier)
        acab\w+ de (?:enviar|mandar)\w*
        (?:est|sont) ~ parti(?:e|s|es)?
        (?:est|sont) ~ en (?:route|chemin)(?! vers nous)
        colis nous (?:a|ont) ~ quittes?
        {_HAS_ES} ~ (?:enviad|mandad|expedid|despachad)[oa]s?
        (?:ya|ayer) (?:(?:le|les|se lo|se los) )?(?:enviamos|mandamos)
        (?:ha|han) ~ salido
        (?:salio|salieron)
        (?:esta|estan|va|van) ~ (?:en|de) camino
        """,
    "arrived": rf"""
        (?:it|they|parcel|package|order|box) did ~ arrive
        (?:it|they|parcel|package|order|box) got to you
        (?:^|(?<=:\s))delivered(?= (?:on|yesterday|today|at|to|in|safely)|\W*$|[,;])
        (?:^|(?<=:\s))livree?s?(?= (?:le|hier|aujourd'hui)|\W*$)
        (?:^|(?<=:\s))entregad[oa]s?(?= (?:el|ayer|hoy)|\W*$)
        (?:was|were|been|is|are|\w+'(?:s|re)) ~ (?:delivered|handed over to you|left at your door)
        (?:have|has|had|{_THEY}) ~ (?:arrived|reached you)
        (?:we|i|have|has|we've|they) ~ delivered
        (?:is|are) ~ (?:at your door|with you now|in your (?:letterbox|mailbox|hands))
        (?:est|sont) ~ (?:chez vous|devant votre porte|dans votre boite)
        (?:esta|estan) ~ en (?:su )?(?:casa|puerta|buzon)
        delivered (?:it|them|your \w+|the \w+)
        (?:a|ont) ete ~ (?:livre|remis|distribue)e?s?
        (?:est|sont) ~ (?:arrive|livre|distribue)e?s?
        (?:avons|l'avoir|l'a|les a) ~ livre(?:e|s|es)?
        {_HAS_ES} ~ entregad[oa]s?
        se entrego
        (?:lo|la|los|las) (?:entrego|entregaron)
        (?:ha|han) ~ llegado
        (?:llego|llegaron)
        """,
    "handled": rf"""
        {_HAS} ~ (?:issued|processed|made|paid|completed|returned|transferred|wired|credited|executed|finali[sz]ed)
        {_HAS} ~ (?:given|granted|added|put|gave|applied|done|complete|settled|sorted)
        {_HAS} ~ (?:back|through|successful|(?:in|on) your)
        (?:has|have) ~ (?:gone|left|arrived|reached|cleared|landed|come)(?: through| out)?
        (?:went|came) ~ (?:through|out|back)
        (?:hicimos|hice|arrived|landed)
        {_HAS_FR} ~ (?:effectue|fait|emis|traite|verse|lance|passe|rendu|renvoye|reverse|restitue|vire)e?s?
        {_HAS_FR} ~ (?:credite|accorde|offert|donne)e?s?
        (?:est|sont) ~ (?:de retour|terminee?s?|sur votre)
        {_HAS_ES} ~ (?:emitid|realizad|hech|procesad|efectuad|completad|tramitad|ingresad|transferid|devuelt)[oa]s?
        {_HAS_ES} ~ (?:(?:abonad|dad|concedid|regalad|list)[oa]s?|en su|de vuelta)
        se ~ (?:realizo|hizo|proceso|completo|emitio|efectuo|tramito)
        """,
    "arranged": rf"""
        {_HAS} ~ (?:arranged|requested|initiated|started|approved|authori[sz]ed|ordered|scheduled|accepted)
        {_HAS} ~ put ... through
        {_HAS_FR} ~ (?:demande|initie|declenche|approuve|autorise|ordonne|valide|programme|accepte)e?s?
        {_HAS_ES} ~ (?:solicitad|iniciad|aprobad|autorizad|ordenad|programad|aceptad|pedid|gestionad)[oa]s?
        """,
    "changed": rf"""
        {_HAS} ~ (?:corrected|changed|updated|amended|fixed|altered|modified|right now|put right)
        {_HAS_FR} ~ (?:corrige|modifie|change|mise? a jour|rectifie)e?s?
        {_HAS_ES} ~ (?:corregid|modificad|cambiad|actualizad|rectificad)[oa]s?
        """,
    "refunded": rf"""
        (?:we|i|they) did ~ (?:refund|reimburse|repay|credit|pay)
        (?:^|(?<=:\s))(?:fully )?refunded(?! (?:orders?|items?|parcels?|sums?|money|customers?))
        (?:^|(?<=:\s))rembourse(?:e|s|es)?(?= (?:le|hier|aujourd'hui|integralement|en totalite)|\W*$)
        (?:^|(?<=:\s))reembolsad[oa]s?(?= (?:el|ayer|hoy|por completo|integramente)|\W*$)
        you(?:'ve| have| had|) ~ (?:received|got|had) (?:(?:your|the|all|full|a) )?(?:\w+ )?(?:money|refund)(?: back)?
        {_HAS} ~ (?:returned|reversed|voided|given back|sent back) (?:your|the|this|that) (?:payment|charge|sum)s?
        {_HAS} ~ (?:returned|reversed|voided) (?:your|the|this|that) (?:\w+ )?(?:price|transaction)s?
        (?:charge|payment|transaction|sum) (?:is|was|has been|were|have been) ~ (?:returned|reversed|voided)
        (?:money|refund) is ~ with (?:you|your bank)
        (?:carte|compte) a (?:bien |deja )?ete creditee?s?
        (?:^|(?<=:\s))(?:(?:le|votre) )?remboursement (?:effectue|fait|envoye)
        ya tiene su dinero
        (?:le|les|se lo) (?:reembolsamos|abonamos|devolvimos) ayer
        etes ~ (?:rembourse|credite|recredite)e?s?
        {_HAS_FR} ~ procede (?:au|a votre|a un|a ce) remboursement
        {_HAS_FR} ~ credite (?:votre|la) (?:carte|compte)
        {_HAS} ~ (?:refunded|reimbursed|repaid|credited(?! (?:a|an) )|money back)
        {_HAS} ~ (?:paid|given|gave) ... back
        {_HAS} ~ (?:sent|returned|transferred|wired|put) ... \d\S*(?: [a-z€$£]{{1,3}})? back
        (?:it|money|they)(?:'s| is| are) ~ back (?:with you|(?:on|in) your)
        {_MONEY}\W{{1,3}}(?:it is |it's |c'est |esta |all )?(?:done|fait|regle|hecho|listo|ok|sent|complete)
        got your money back
        you (?:already|now) have your money
        (?:all ~ |^)(?:refunded|reimbursed)(?=[.!,:]| as | on | today| yesterday)
        (?:viens|vient|venons) (?:d'|de )(?:vous )?(?:etre )?rembours(?:er|ee?s?)
        acab\w+ de (?:reembols|devolver)\w*
        {_HAS_FR} ~ (?:rembourse|recredite|reverse)e?s?
        {_HAS_ES} ~ (?:reembolsad|abonad|reintegrad|reingresad)[oa]s?
        (?:hemos|he|habiamos) ~ devuelto
        se (?:le|les) (?:ha|han) ~ devuelto
        (?:le|les|se lo) (?:devolvimos|devolvi|reembolse|abone)
        (?:ya|ayer) (?:(?:le|les|se lo) )?(?:reembolsamos|abonamos)
        """,
    "sent_instead": rf"""
        {_HAS} ~ (?:re-?sent|reshipped|replaced)
        {_HAS_FR} ~ (?:renvoye|reexpedie|remplace)e?s?
        {_HAS_ES} ~ (?:reenviad|repuest|reemplazad|sustituid)[oa]s?
        {_HAS_ES} ~ vuelto a (?:enviar|enviarle|mandar|mandarle|enviarlo|mandarlo)
        """,
    "cancelled": rf"""
        {_HAS} ~ (?:cancell?ed|called off)
        ^cancell?ed(?=[.!,:]| as | on | today| yesterday)
        (?:viens|vient|venons) (?:d'|de )(?:etre )?annul(?:er|ee?s?)
        acab\w+ de (?:cancelar|anular)\w*
        se (?:cancelo|anulo)
        {_HAS_FR} ~ annulee?s?
        {_HAS_ES} ~ (?:cancelad|anulad)[oa]s?
        (?:ya|ayer) (?:(?:le|les|lo) )?(?:cancelamos|anulamos)
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
    "to_come": rf"""
        {_WILL} (?:arrive|reach you|come|get there|be delivered|leave|go out)
        {_WILL} have (?:arrived|come|been delivered|left|reached you)
        (?:it|that|they)'ll (?:arrive|reach you|come|get there|be delivered|leave|go out)
        (?:arrives|arriving|comes|leaves|reaches you|due|expected)
        (?:will|can|would|to|are|am|is|'re|'m|'ll) ~ (?:send|sending|ship|shipping|post|posting)
        let(?:ting)? (?:it|them|the \w+|your \w+) (?:come|arrive|wait)
        laiss(?:er|ons|e) (?:arriver|venir|attendre)
        lleguen?
        (?:arrivera|arriveront|arriverait|arrive|arrivent|viendra|parviendra|partira|partiront)
        (?:sera|seront|serait) ~ livre(?:e|s|es)?
        (?:recevrez|recevriez|attendu|attendue|prevu|prevue|devrait)
        (?:envoyons|enverrons|envoie|expedions|expedierons|renvoyons|renverrons|envoyer|renvoyer)
        (?:llegara|llegaran|llegaria|llega|llegan|saldra|saldran|vendra)
        (?:tendra|tendria|recibira|recibiria|previst[oa]|deberia)
        (?:enviamos|enviaremos|enviare|enviar|enviarle|mandamos|mandaremos|reenviamos)
        """,
    "wrote": r"""
        (?:wrote|written|told|called|asked)(?: (?:to )?(?:us|you|me))?(?= (?:on|last|yesterday|\w+day|\d))
        (?:ecrit|dit|appelee?s?)(?= (?:le|hier|\d|\w+di))
        (?:escribio|escribimos|escribi|dijo|llamo)(?= (?:el|ayer|\d))
        """,
    "price": r"""
        (?:cost|costs|price|priced|worth)
        (?:coute|coutent|coutait|prix|vaut)
        (?:cuesta|cuestan|costo|costaba|precio|vale)
        """,
}
