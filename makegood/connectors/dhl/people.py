"""Leaving people out of DHL's words: who signed, who was handed the parcel. Their names are not ours to keep.

DHL writes them behind what happened in whatever form: "Signed for by: …", "Delivered to: D …", "unterschrieben von …".
Where nobody can say whether a name follows or a place, it is left out: what happened stands before it.
"""

import re

from makegood.connectors.dhl.sentences import plain

_SIGNED = re.compile(
    r"[\s,;(\u2013-]*\b("
    r"(signed|signature|pod|proof of delivery)( was)?( (obtained|given|received|captured|signature|signed|name))?"
    r"( for)?( by\b| of\b|\s*[:(]|\s+[\u2013-]\s)"
    r"|signed( for)? (?=(mr|mrs|ms|dr)\b|[^\W\d_]+$)"
    r"|(sign(ed|er|atory)?|recipient|receiver|consignee)('?s)? name\b|name of (the )?(recipient|receiver|signer)"
    r"|sign(atory|ee)\s*(:|[\u2013-]\s)"
    r"|(unterschrieben|unterzeichnet|quittiert)( wurde)?( (von|durch)\b|\s*:)"
    r"|(unterschrift|unterzeichner)( (von|durch)\b|\s*:|\s+[\u2013-]\s)"
    r"|(getekend|ondertekend|afgetekend)( (door|voor|namens)\b|\s*:)"
    r"|handtekening( van\b|\s*:|\s+[\u2013-]\s)"
    r"|(firmado|recibido|assinado|recebido) por\b|sign[eé] par\b|re[cç]u par\b|(firmato|ricevuto|ritirato) da\b"
    r"|(full |last )?(name|naam|nom|nombre|nome)\s*:"
    r"|(podpisa[lłn]|odebra[lłn]|dor[eę]czono|podepsal|p[rř]evzal)\w*\s*:"
    r").*",
    re.IGNORECASE | re.DOTALL,
)
_HANDED = re.compile(
    r"(?P<what>\b(?:delivered|handed(?: over)?|given|released|left with|received|accepted|taken in|collected"
    r"|picked up"
    r"|zugestellt|übergeben|uebergeben|ausgehändigt|ausgehaendigt|abgegeben|entgegengenommen|angenommen"
    r"|empfangen|abgeholt|geliefert"
    r"|bezorgd|afgeleverd|overhandigd|afgegeven|ontvangen|aangenomen|opgehaald"
    r"|zustellung erfolgte?(?= (?:an|bei)\b)"
    r"|entregad[oa]|entregue|consegnat[oa]|remise?|livr[ée]e?))"
    r"(?:\s+(?:to|by|with|at|an|bei|von|durch|aan|bij|door|a|à|au)\b)?\s*(?P<colon>:)?\s+(?P<whom>.+)",
    re.IGNORECASE | re.DOTALL,
)
_BESIDE = re.compile(
    r"\b(?P<role>(?i:neighbou?rs?|nachbar(?:n|in|s)?|buren|buurman|buurvrouw|recipient|receiver|consignee"
    r"|(?:ersatz)?empf(?:ä|ae)nger(?:in|s)?|ontvanger|reception(?:ist)?|concierge|porter|security|colleague"
    r"|family member|employee|(?:haus|mit)bewohner(?:in|s)?|empfang|pf(?:ö|oe)rtner|rezeption|receptie|collega"
    r"|huisgenoot))\b"
    r"(?:\s*[:,(/]\s*|\s+)"
    r"(?P<name>(?:(?:van|de|der|den|von|zu|te|familie|fam\.?|mevrouw|mevr\.?|meneer|dhr\.?)\s+)*(?:[A-ZÄÖÜ][\w.'\u2019-]*[,\s]*(?:\d+\s*)?(?:(?:van|de|von"
    r"|zu)\s)*)+)"
)
_BEFORE = re.compile(
    r"\b(?:(?:von|an|durch|bei|door|aan|bij)\s+(?P<whom>(?:[^\W\d_]+\.?\s+)?[A-ZÄÖÜ][\w'\u2019-]*)|(?P<titled>(?:Herrn?|Frau|Familie)"
    r"(?:\s+[A-ZÄÖÜ][\w'\u2019-]*){1,3}))\s+(?=(?:entgegengenommen|angenommen|empfangen|übergeben|uebergeben|ausgehändigt"
    r"|ausgehaendigt|abgegeben|abgeholt|zugestellt|in ontvangst|overhandigd|aangenomen|afgegeven|opgehaald|bezorgd)\b)"
)
_SIGNER = re.compile(r"^(?P<name>[^\W\d_].{1,40}?)\s+(?=signed for the (?:shipment|parcel|package|item)\b)")
_NOT_NAMES = (
    "a an the your our his her its their my this to at in on by for from with of and or as via per is was "
    "were has been be der die das dem den des ein eine einem einen einer ihr ihre ihrem ihren im am bei von "
    "vom zum zur auf durch wurde worden ist de het een uw je jouw onze op bij van door naar aan werd wordt "
    "recipient recipients consignee receiver customer addressee neighbour neighbor neighbours neighbors "
    "sender shipper consignor mailbox mail letterbox letter box po reception receptionist desk front back "
    "side porch garage shed garden agent individual household family member employee colleague staff "
    "concierge porter security guard locker lockers parcel parcels parcelshop parcelstation parcelbox shop "
    "shops store retail outlet service servicepoint point access post postal office business company address "
    "residence home house pick pickup pick-up collection station depot facility hub terminal centre center "
    "warehouse local delivery carrier partner courier driver provider usps dhl hermes safe preferred agreed "
    "place location person original final destination country city town area customs broker third party "
    "undamaged damaged successfully again today complete completed proof no not contact contactless "
    "empfaenger empfaengerin empfaengers nachbar nachbarn nachbarin hausbewohner mitbewohner "
    "familienangehoerige familienangehoerigen ersatzempfaenger briefkasten hausbriefkasten filiale "
    "postfiliale packstation paketshop paketbox paketkasten absender versender kunde kunden kundin pfoertner "
    "rezeption empfang ablageort wunschort wunschnachbar wunschnachbarn personen anwesende angestellte "
    "mitarbeiter garten haustuer zoll sendung paket ontvanger buren buurman buurvrouw brievenbus afzender "
    "verzender klant servicepunt pakketpunt pakketautomaat pakketkluis veilige plaats plek receptie "
    "zusteller zustellerin fahrer kurier bote paketzentrum zustellbasis zustellstuetzpunkt verteilzentrum "
    "frachtzentrum flughafen zollamt post spediteur wunschfiliale bezorger chauffeur koerier sorteercentrum "
    "huisgenoot medewerker pakket zending winkel tuin deur "
)
_PARTICLE_WORDS = "de den der van von ten ter te zu zur la le el al di da do"
_PARTICLES = frozenset(_PARTICLE_WORDS.split())
_TITLE_WORDS = (
    "mr mrs ms miss dr herr herrn frau familie fam hr fr dhr heer meneer mevr mevrouw mw mme mlle madame monsieur "
    "sr sra senor senora signor signora"
)
_TITLES = frozenset(_TITLE_WORDS.split())
_INITIAL = re.compile(r"\W{0,3}[^\W\d_a-zäöü]\.")
_NOBODY = frozenset(_NOT_NAMES.split())
"""What words behind a handing over may begin with where they are no name: roles, places, and the words between."""
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")


def without_people(words: str) -> str:
    """What happened, without whose name stands behind it."""
    words = _SIGNED.sub("", words)
    for handed in _HANDED.finditer(words):
        if _is_name(handed["whom"], after_colon=bool(handed["colon"])):
            words = words[: handed.end("what")]
            break
    before = _BEFORE.search(words)
    if before and (before["titled"] or _is_name(before["whom"], after_colon=False)):
        words = words[: before.start()] + words[before.end() :]
    signer = _SIGNER.match(words)
    if signer and _is_name(signer["name"], after_colon=False):
        words = words[signer.end() :]
    beside = _BESIDE.search(words)
    if beside and _is_name(beside["name"], after_colon=False):
        words = f"{words[: beside.end('role')]} {words[beside.end('name') :]}"
    return words.strip()


def _is_name(text: str, *, after_colon: bool) -> bool:
    """Whether text begins with somebody's name, as far as its letters tell."""
    if _INITIAL.match(text):
        return True
    first = _WORD.search(text)
    while first and after_colon and first[0].lower() in _PARTICLES:
        first = _WORD.search(text, first.end())
    if first and plain(first[0]) in _TITLES:
        return True
    if first is None or plain(first[0]) in _NOBODY:
        return False
    return after_colon or first[0][0].isupper()
