"""People, places and prices that worlds are drawn from."""

from dataclasses import dataclass
from datetime import date, time

from makegood.kit.calendars import Calendar
from makegood.kit.holidays import calendar_of


@dataclass(frozen=True, slots=True)
class Land:
    """Where somebody lives: prices in its currency are cents of a dollar times `scale`."""

    country: str
    zone: str
    city: str
    postcode: str
    currency: str
    language: str
    scale: float


@dataclass(frozen=True, slots=True)
class Place:
    """Where parcels leave."""

    id: str
    name: str
    country: str
    zone: str
    works_saturdays: bool

    @property
    def calendar(self) -> Calendar:
        return calendar_of(country=self.country, zone=self.zone, works_saturdays=self.works_saturdays)


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A way to send, its rate in a currency of its own."""

    id: str
    currency: str
    cutoff_time: time
    transit_days: int
    rate_minor: int
    delivers_saturdays: bool

    @property
    def name(self) -> str:
        return self.id.capitalize()


# A promised date falls due at this hour of its place.
DUE_TIME = time(20, 0)
LANDS = (
    Land("US", "America/New_York", "New York", "10001", "USD", "en", 1),
    Land("US", "America/Chicago", "Chicago", "60601", "USD", "es", 1),
    Land("US", "Pacific/Honolulu", "Honolulu", "96813", "USD", "en", 1),
    Land("CA", "America/Toronto", "Montréal", "H2X 1Y4", "CAD", "fr", 1.5),
    Land("FR", "Europe/Paris", "Lyon", "69001", "EUR", "fr", 1),
    Land("ES", "Europe/Madrid", "Sevilla", "41001", "EUR", "es", 1),
    Land("GB", "Europe/London", "Leeds", "LS1 1AA", "GBP", "en", 1),
    Land("MX", "America/Mexico_City", "Puebla", "72000", "MXN", "es", 10),
    Land("CL", "America/Santiago", "Valdivia", "5090000", "CLP", "es", 13),
    Land("JP", "Asia/Tokyo", "Sendai", "980-0001", "JPY", "en", 1.5),
    Land("KW", "Asia/Kuwait", "Hawalli", "32001", "KWD", "en", 3),
    Land("TN", "Africa/Tunis", "Sfax", "3000", "TND", "fr", 3),
)
PLACES = (
    Place("reno", "Reno", "US", "America/Los_Angeles", works_saturdays=False),
    Place("newark", "Newark", "US", "America/New_York", works_saturdays=True),
    Place("austin", "Austin", "US", "America/Chicago", works_saturdays=False),
    Place("lille", "Lille", "FR", "Europe/Paris", works_saturdays=False),
    Place("osaka", "Osaka", "JP", "Asia/Tokyo", works_saturdays=True),
)
SHOPS = (
    ("US", "America/Los_Angeles"),
    ("US", "America/New_York"),
    ("FR", "Europe/Paris"),
    ("MX", "America/Mexico_City"),
)
NAMES = {
    "en": ("Ada Reader", "Miles O’Hara", "Grace Lindqvist"),
    "fr": ("Zoé Lemaître", "Jean-Noël Caron", "Anaïs Bœuf"),
    "es": ("Íñigo Muñoz", "Lucía Peña", "Álvaro Ibáñez"),
}
TITLES = (
    "The Echo Chamber",
    "Field Notes",
    "Le Petit Nicolas",
    "Cien años",
    "A Year of Tides",
    "Night Trains",
    "The Glass Orchard",
    "Salt & Cedar",
)
STREETS = ("Main Street", "rue des Lilas", "Calle de la Luna", "Orchard Lane", "Harbour Road", "Impasse du Four")
TENDERS = (
    ("card", "Visa ending 4242"),
    ("card", "Mastercard ending 0007"),
    ("gift_card", "Gift card ending 7731"),
    ("store_credit", "Store credit"),
    ("money_order", "Money order 118"),
)
# Days just before holidays of one country or another, turns of the year and changes of clocks.
ANCHORS = (
    "2026-10-05",
    "2026-10-23",
    "2026-11-09",
    "2026-11-24",
    "2026-12-03",
    "2026-12-21",
    "2026-12-29",
    "2027-01-14",
    "2027-02-11",
    "2027-03-11",
    "2027-03-24",
    "2027-04-29",
    "2027-05-27",
    "2027-06-16",
    "2027-07-01",
    "2027-08-12",
    "2027-09-02",
    "2027-11-01",
)
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_JOINTS = {"en": " ", "fr": " ", "es": " de "}
SORRY = {"en": "sorry", "fr": "désolé", "es": "[Ss]entimos"}
# A shop that gives no free express, one whose checkout knows who has it, and one with a code.
FREE_EXPRESS = ("", "account", "code:COMEBACK")
COUNT_ON_US = {"en": "count on", "fr": "compter sur", "es": "contar con"}
NEXT_ORDER = {"en": "next order", "fr": "prochaine commande", "es": "próximo pedido"}


def in_words(day: date, language: str) -> str:
    """Day and month as our letters write them, whatever stands around: 16 October, 1er octobre, 16 de octubre."""
    number = "1er" if (language, day.day) == ("fr", 1) else str(day.day)
    return f"{number}{_JOINTS[language]}{_MONTHS[language].split()[day.month - 1]}"


def calendar_at(land: Land, *, works_saturdays: bool = False) -> Calendar:
    return calendar_of(country=land.country, zone=land.zone, works_saturdays=works_saturdays)
