"""What DHL's sentences say: in English, German and Dutch, and what they deny or only announce.

A sentence is looked through for what it says of a parcel (`SAYINGS`), sentence by sentence, since what one denies the
next may tell ("Delivery to the neighbour failed; delivered to the recipient"). Three things keep a word from counting:

- It is denied: "not", "no", "without", "nicht", "kein", "geen" before it, as far back as the clause goes, or "not
  required", "nicht festgestellt" behind it. Parts of other words are no words: "undamaged" is no damage.
- It failed: what a sentence says of a delivery that was tried in vain is where it did not go.
- It is still to come: "will be ready for pick-up tomorrow" is not ready, and an attempt that will be made is none.
"""

import re
import unicodedata
from collections.abc import Iterator
from enum import StrEnum
from functools import lru_cache
from itertools import chain


class Saying(StrEnum):
    """What a sentence may say of a parcel."""

    LOST = "lost"
    DAMAGED = "damaged"
    REFUSED = "refused"
    RETURNED = "returned"
    RETURNING = "returning"
    WAITS = "waits"
    ATTEMPTED = "attempted"
    CUSTOMS = "customs"
    WITH_COURIER = "with_courier"
    DELAYED = "delayed"
    LABEL = "label"
    NOTICE = "notice"
    FROM_SENDER = "from_sender"
    TO_SENDER = "to_sender"
    FETCHED = "fetched"
    AT_NEIGHBOUR = "at_neighbour"
    AT_PICK_UP_POINT = "at_pick_up_point"
    BROUGHT = "brought"


_POINT = (
    r"(service ?-?(point|punkt|punt)|(parcel|paket|pakket) ?-?(shop|station|automat|automaat|punt|punkt|kluis|locker)"
    r"|access ?-?point|post ?-?(office|filiale|kantoor|stelle|agency)|filiale|packstation|locker|parcel ?box"
    r"|retail (outlet|store|location)|pick ?-?up (point|location|station)|pickup ?-?station|collection point"
    r"|abholstation|afhaalpunt)"
)
_SHOP = _POINT.replace(r"|post ?-?(office|filiale|kantoor|stelle|agency)", "")
"""Without post offices: where another post delivers, DHL hands parcels over to those on their way."""
_THE = (
    r"(the |a |an |our |your |his |dhl |der |die |das |dem |den |eine |ein |einer |einem |ihrer |ihrem |de |het |een "
    r"|onze |uw )*"
)
_SENDER = r"(original |business |urspruenglichen )*(sender|shipper|consignor|absender|versender|afzender|verzender)\b"
_FETCH = r"(pick(ed)?[ -]?up|collect(ed|ion)?|fetched)"
_BY_US = r"(?! (by|from|at) " + _THE + r"(dhl\b(?! " + _POINT + r")|(courier|driver|carrier|sender|shipper)\b))"
"""Not what DHL, or a sender's courier, has yet to fetch."""
_SAYINGS: dict[Saying, tuple[str, ...]] = {
    Saying.LOST: (
        r"\blost\b(?! and found)",
        r"destroyed|disposed of|discarded",
        r"\bverloren\b|verschollen|abhanden|vernichtet|entsorgt|(in|als) verlust\b",
        r"vermist|zoekgeraakt|vernietigd",
    ),
    Saying.DAMAGED: (
        (
            r"(?<!for )(?<!auf )(?<!op )\b(damage[ds]?\b(?! (report|check|inspection|control))|beschaedig"
            r"|beschadig|schaden\b|schaeden\b|schade\b)"
        ),
        r"transportschaden|transportschade",
    ),
    Saying.REFUSED: (
        r"\brefus",
        r"(recipient|consignee|receiver|customer) (has )?(declined|rejected)|(delivery|acceptance) (was )?declined",
        r"\bverweigert|annahmeverweigerung|annahme abgelehnt|nicht angenommen",
        r"\bgeweigerd|\bweigert|\bweigerde|\bweigering",
    ),
    Saying.RETURNED: (
        r"(?<!being )(?<!\bbe )(returned|delivered|handed (back|over)|given back)( back)?,? ?(at|to) "
        + _THE
        + _SENDER
        + r"(?! ?['\u2019])",
        r"(an|bei|beim) " + _THE + _SENDER + r" (zugestellt|zurueckgegeben|ausgehaendigt|uebergeben|ausgeliefert)",
        r"(an|dem|beim) " + _THE + _SENDER + r".* (zurueckgegeben|ausgehaendigt|zurueckgeliefert)",
        r"(bij|aan) " + _THE + _SENDER + r" (bezorgd|afgeleverd|teruggegeven|terugbezorgd|overhandigd)",
        r"(retour|terug)(bezorgd|afgeleverd| afgeleverd| bezorgd)",
    ),
    Saying.RETURNING: (
        (
            r"\breturn(?! (label|address|form|slip|receipt)\b)"
            r"(?!ed to (the |our |a )?(dhl )?(facility|depot|station|base|hub|parcel cent))"
        ),
        r"\bsen[dt] back|\bgoing back|way back",
        r"ruecksendung|\bretoure?\b|\bretour|zurueck(gesandt|gesendet|geschickt|gehen|geht| (an|zu) )",
        r"\b(geht|gehen|ging) .*zurueck\b|\bretourneer|geretourneerd|\bretourner",
        r"(an|zum) " + _THE + _SENDER + r".* zurueck|rueckweg|teruggestuurd|teruggezonden"
        r"|terug naar " + _THE + _SENDER,
    ),
    Saying.WAITS: (
        r"await(s|ing) ((consignee|receiver|recipient|customer)('s)? )?(" + _FETCH + r")\b" + _BY_US,
        r"\b(ready|available|held|waiting|waits|stored|deposited|kept) (there )?(for|to be) (the |your )?"
        + _FETCH
        + r"\b"
        + _BY_US,
        r"\b(waiting|waits) (there )?(for (you|" + _THE + r"(recipient|customer))|(at|in) " + _THE + _POINT + ")",
        r"\b(held|kept|stored|on hold) (there |for you )?(at|in) " + _THE + _POINT,
        r"\b(held|kept) .*\bfor " + _FETCH + r"\b(?! by)|ligt .*te wachten|wacht (hier )?op (u|je|jou)\b",
        r"\bcan (now )?be (" + _FETCH + r")",
        r"(delivered|brought|arrived|taken|handed over|placed) (it |(your|the) (parcel|shipment) )?(at|to|in|into) "
        + _THE
        + _SHOP,
        r"(left|deposited|stored) (it |(your|the) (parcel|shipment) )?(at|in) " + _THE + _POINT,
        r"\bis (now )?(at|in) " + _THE + _SHOP,
        r"await(s|ing) (you\b|" + _THE + r"(recipient|customer)\b)",
        r"notification for .*collection|ready at .*" + _POINT,
        (
            r"abholbereit|zur abholung( \w+)? (bereit|hinterlegt)|(liegt|lagert|steht) .*zur abholung|(kann"
            r"|koennen|koennten) .*(abgeholt werden|abholen)|hinterlegt|wartet .*(abhol|auf sie)"
            r"|wird .*fuer sie (aufbewahrt|gelagert)"
        ),
        r"(liegt|lagert|befindet sich|wurde) (nun |jetzt |fuer sie |ab sofort )*(in|bei|an) "
        + _THE
        + _POINT
        + r".*(bereit|hinterlegt|eingestellt|gebracht|eingelegt)|(in|bei) "
        + _THE
        + _POINT
        + r" (bereit|eingestellt|eingelegt|hinterlegt)",
        r"ligt (nu )?(klaar|gereed)|staat (nu )?klaar|klaar (voor|om)|(kan|kunt|kun) .*(af|op)(ge|te )?ha+l",
        r"gereed voor (afhalen|ophalen|afhaling)|beschikbaar (voor|om) (op|af)|af te halen|op te halen",
        r"(afgeleverd|bezorgd|aangekomen|afgegeven) (bij|in|op) " + _THE + _POINT,
    ),
    Saying.ATTEMPTED: (
        r"\bnot (at )?home|card left|notice left|left (a |you a )?(card|note|notice)|missed (each other|you)",
        r"\btried to (deliver|reach|hand)|\b(nobody|no ?one) (answered|opened|responded|replied)",
        r"\bmissed (delivery|attempt)",
        r"\bno (answer|response|reply)\b",
        r"\b(you|recipient|receiver|consignee|customer) (were|was) (out|away|absent)\b",
        r"\battempt(?!ed to contact)",
        (
            r"(was|is|were) (not|n't) (there|present|available|met|reached|in)\b|(not|no ?one"
            r"|nobody) (was )?(available|present|at home|there|in)\b"
        ),
        r"closed on arrival|business closed|nobody (was )?home|recipient (was )?(absent|away|unavailable)",
        (
            r"(could|can|was|has|have) ?(not|n't) (be |been |yet been )?(be |been )?delivered|unable to deliver"
            r"|undeliverable"
        ),
        (
            r"delivery (was |is |has )?(been )?(not (possible|successful|made)|failed|unsuccessful|impossible)"
            r"|failed delivery"
        ),
        r"unsuccessful (delivery )?attempt",
        (
            r"nicht (angetroffen|anzutreffen|zu ?hause|anwesend|da\b|zugestellt werden|erreich(t|bar)|zustellbar)"
            r"|niemand(en)? .*(zu ?hause|angetroffen|da\b|geoeffnet|erreicht)"
        ),
        (
            r"zustellversuch|zustellung .*(nicht moeglich|nicht erfolg|nicht durchgefuehrt|erfolglos"
            r"|gescheitert|fehlgeschlagen)"
            r"|keine zustellung"
        ),
        r"benachrichtigungskarte|betriebsferien|(empfaenger|kunde|niemand)\b.* (ge)?oeffnete?t?\b",
        r"(firma|geschaeft|betrieb|unternehmen|empfaenger) .*geschlossen",
        r"(bedrijf|winkel|zaak|kantoor) .*gesloten|niet bereikbaar|\bwas absent\b",
        r"konnten? .*nicht .*(zugestellt|zustellen|uebergeben|ausgeliefert|ausliefern|ausgehaendigt|aushaendigen)",
        (
            r"niet (thuis|aanwezig|aangetroffen|bezorgd|afgeleverd)|niemand .*(thuis|aanwezig|aangetroffen)|\bgemist\b"
            r"|bezorgpoging"
            r"|bezorging (is )?(mislukt|niet gelukt)"
        ),
        r"kon(den)? .*niet .*(bezorgd|bezorgen|afgeleverd|afleveren|overhandig)|afwezigheidsbericht",
    ),
    Saying.CUSTOMS: (r"\bcustoms|clearance|\bcleared", r"\b(ver)?zoll(?!stock)|\bverzollt|\bdouane|inklar|in klaring"),
    Saying.WITH_COURIER: (
        r"out for delivery|with (the )?delivery courier|with (the |your )?(delivery )?(courier|driver)",
        r"(loaded|put|placed) (on|onto|into|to|in) " + _THE + r"(delivery )?(vehicle|van|truck)",
        (
            r"(in|auf) (das|dem|ein) zustellfahrzeug|zustellfahrzeug (geladen|verladen)|\bin (der )?zustellung\b"
            r"|zusteller unterwegs"
        ),
        r"(zusteller|fahrer) .*(unterwegs|auf dem weg) zu|auf dem weg zu (ihnen|dir|ihrem|(m|de[mr]) empf)",
        r"bezorg(voertuig|wagen|bus) geladen",
        r"(in|op) (de|het|een) (bezorg\w+|bestel\w+|voertuig)|(bezorger|chauffeur|koerier) (is |al )*onderweg",
        r"onderweg naar (u|jou|je|" + _THE + r"(ontvanger|klant))\b|in bezorging|wordt (nu|vandaag) bezorgd",
    ),
    Saying.DELAYED: (
        r"(address|adress?e?) (was |wurde )?(not found|nicht gefunden|niet gevonden)",
        r"(unknown|incomplete|wrong) address|\bverzogen\b|empfaenger unbekannt|\bverhuisd\b",
        r"on hold|\bdelay|\bheld\b|postponed|interrupted|rescheduled|next (working|business|delivery) day",
        r"zurueckgestellt|verzoeger|verspaet|naechsten? (werktag|zustelltag)|verschoben|unterbrochen|angehalten",
        r"vertrag(ing|d)|vertraagd|uitgesteld|volgende (werk|bezorg)dag|opgehouden|later bezorgd",
    ),
    Saying.LABEL: (
        r"label (was |has been )?(created|printed|made|generated)|(created|printed) .*\blabel",
        r"awaiting (the )?(shipment|item|parcel|package)|not (yet )?received (the|your) (shipment|parcel|package)",
        r"not (yet )?(been )?(received|handed over)( (by|to) dhl)?( yet)?$",
        r"noch nicht (an |von )?(dhl )?(uebergeben|uebernommen|erhalten)",
        r"noch nicht (bei|in) (einer |der )?dhl( \w+)? (eingetroffen|eingegangen|angekommen|eingeliefert)",
        r"nog niet (aan |door |bij )?(dhl )?(ontvangen|overgedragen|aangeleverd|binnengekomen)",
        r"(versand|paket)(etikett|label|marke) .*(erstellt|gedruckt)|label (is )?(aangemaakt|afgedrukt|gemaakt)",
    ),
    Saying.NOTICE: (
        r"notified|notification|instruction|has requested|announced|informed",
        r"\b(data|information)\b.*(received|updated|provided|transmitted)",
        r"benachrichtigt|angekuendigt|wunsch|wuensch|informiert|auftragsdaten|sendungsdaten",
        r"aangekondigd|aangemeld|geinformeerd|op de hoogte|gegevens|bericht gestuurd|verzoek",
    ),
    Saying.FROM_SENDER: (
        r"picked up (from|at) (the )?(sender|customer|shipper)|shipment picked up|shipment acceptance",
        _SENDER + r" (has |had )?(dropped|handed|brought|posted)",
        _SENDER + r" (heeft|had) .*(afgegeven|ingeleverd|aangeboden|gebracht|verstuurd)",
        r"collected (from|at) (the )?(sender|shipper)|dropped off (at|in) " + _THE + _POINT,
        r"(by|from) (the )?"
        + _SENDER
        + r".*(dropped|handed|brought|left)|(dropped|handed|brought|left|posted) .*(by|from) (the )?"
        + _SENDER,
        r"eingeliefert|(vom|beim|durch den) " + _SENDER + r".*(uebergeben|abgegeben|abgeholt|uebernommen|gebracht)",
        r"(door|bij|van) (de )?" + _SENDER + r" .*(afgegeven|ingeleverd|aangeboden|opgehaald|ontvangen|overgedragen)",
        r"(afgegeven|ingeleverd|aangeboden|opgehaald|ontvangen) .*(door|bij|van) (de )?" + _SENDER,
    ),
    Saying.TO_SENDER: (
        r"(?<!receipt )(?<!notice )(?<!notification )(?<!message )\b(at|to)( the)? " + _SENDER + r"(?! ?['\u2019])",
        r"(?<!schein )(?<!nachricht )(?<!mitteilung )\b(an|bei|beim) " + _THE + _SENDER + r"|\bdem " + _SENDER,
        r"\b(bij|aan|naar) " + _THE + _SENDER,
        r"\breturned\b|zurueck(gesandt|gesendet|geschickt|gegeben)|\bretour|terug(gestuurd|bezorgd|gezonden|gegeven)",
    ),
    Saying.FETCHED: (
        r"\b(picked up|collected|fetched)\b",
        r"(?<!zur )\babgeholt|\b(op|af)gehaald\b",
    ),
    Saying.AT_NEIGHBOUR: (r"neighbou?r", r"nachbar", r"\b(buren|buurman|buurvrouw|buur)\b"),
    Saying.AT_PICK_UP_POINT: (_POINT + r"\b(?! ?key)",),
    Saying.BROUGHT: (r"\bdelivered\b|zugestellt|\bbezorgd\b|uebergeben|ausgeliefert|afgeleverd|overhandigd",),
}
SAYINGS = {saying: tuple(map(re.compile, patterns)) for saying, patterns in _SAYINGS.items()}

_ENDS = re.compile(r"[.;!?:]+(?:\s|$)|\s+[-–]\s+|\n")
"""Where a sentence ends. An abbreviation's end does no harm: both halves are looked through."""
_TURNS = re.compile(
    r",|\b(?:and|but|because|since|due to|which|who|that|therefore|so|after|until|und|aber|sondern|weil|wegen"
    r"|aufgrund"
    r"|nachdem|bis|(?<!nicht )(?<!niemand )da|daher|en|maar|omdat|vanwege|wegens|nadat|tot|dus)\b"
)
"""Where a denial ends: what follows is said for itself."""
_DENIES = re.compile(
    r"\b(no|not|never|neither|nor|cannot|nicht|kein(e[rnms]?)?|nie|weder|niet|geen|nooit)\b|n['\u2019]t\b"
    r"|\b(without|ohne|zonder)\b(\s+\S+){0,2}\s*$"
)
_DENIED_BEHIND = re.compile(
    r"^[^,;.]{0,30}?\b(abgebrochen|storniert|aufgehoben|widerrufen|cancel?led|geannuleerd|"
    r"(not|nicht|niet|no longer|nicht mehr|niet meer) "
    r"(required|necessary|needed|requested|wanted|found|reported|observed|confirmed|planned|intended|initiated|"
    r"vorgesehen|eingeleitet|veranlasst|voorzien|gestart|"
    r"visible|apparent|evident|erkennbar|sichtbar|feststellbar|zichtbaar|"
    r"festgestellt|gefunden|erforderlich|notwendig|noetig|gewuenscht|beauftragt|beantragt|bestaetigt|geplant|"
    r"nodig|gewenst|vastgesteld|geconstateerd|gevonden|aangevraagd|gepland))"
)
_FAILED = re.compile(
    r"\bfailed|unsuccessful|not (possible|successful)|could ?(not|n't)|unable|nicht (moeglich|erfolgreich)"
    r"|konnte .*nicht"
    r"|erfolglos|gescheitert|fehlgeschlagen|mislukt|niet (gelukt|mogelijk)|kon(den)? .*niet\b"
)
_TO_COME = re.compile(
    r"\b(will|shall|is going to|to be made|on (its|the) way to|planned|scheduled|tomorrow|morgen|vanaf|ab dem)\b"
    r"|\berfolgt (am|morgen|in|voraussichtlich|spaeter)\b"
    r"|\bis being (brought|taken|moved|transported)\b|\b(as soon as|once (it|the|your))\b"
    r"|\b(wird|werden)\b(?=.*\b(gebracht|transportiert|weitergeleitet|bereitgestellt|umgeleitet|unternommen|versucht"
    r"|zugestellt|hinterlegt)\b)|\b(in kuerze|demnaechst|sobald|zodra|binnenkort)\b"
    r"|\b(wordt|zal|worden)\b(?=.*\b(gebracht|gedaan|vervoerd|klaargelegd|afgeleverd|doorgestuurd|ondernomen)\b)"
)
AHEAD = frozenset({Saying.WAITS, Saying.ATTEMPTED, Saying.WITH_COURIER})
"""What counts once it is so, not while it is announced."""
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "\u2019": "'", "_": " "})


def plain(words: str) -> str:
    """In small letters of the alphabet: umlauts as two letters, no other accents, names such as NOT_HOME in words."""
    folded = unicodedata.normalize("NFC", words).lower().translate(_LETTERS)
    return "".join(each for each in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(each))


@lru_cache(maxsize=10_000)
def said_by(words: str) -> frozenset[Saying]:
    """What words say; cached, since a carrier's sentences are few and come again."""
    return frozenset(said for sentence in _ENDS.split(plain(words)) for said in _said(sentence or ""))


@lru_cache(maxsize=10_000)
def delivered_by(words: str) -> frozenset[Saying]:
    """What words say of where a parcel went: clause by clause, without those that tell of what was tried in vain."""
    clauses = (clause for sentence in _ENDS.split(plain(words)) for clause in _TURNS.split(sentence or ""))
    told = (frozenset(_said(clause)) for clause in clauses if clause and not _FAILED.search(clause))
    return frozenset(chain.from_iterable(said for said in told if Saying.ATTEMPTED not in said))


def _said(sentence: str) -> Iterator[Saying]:
    found = {
        saying
        for saying, patterns in SAYINGS.items()
        if any(_counts(saying, sentence, match) for pattern in patterns for match in pattern.finditer(sentence))
    }
    # What a sender brought to a shop waits there for nobody.
    yield from found - {Saying.WAITS} if Saying.FROM_SENDER in found else found


def _counts(saying: Saying, sentence: str, match: re.Match[str]) -> bool:
    """Whether what was found is said: not denied, and not only announced."""
    before, behind = sentence[: match.start()], sentence[match.end() :]
    own = _TURNS.split(before)[-1]
    if _DENIES.search(own) or _DENIED_BEHIND.match(behind):
        return False
    if saying not in AHEAD:
        return True
    # An attempt is told by its own clause: “you were out, we will try again tomorrow”; what waits is announced above.
    clause = (own if saying is Saying.ATTEMPTED else before) + match[0] + _TURNS.split(behind)[0]
    return _TO_COME.search(clause) is None
