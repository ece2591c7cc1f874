"""Django's settings, read from the environment; every name that an operator may set is listed in docs/operating.md."""

import os
import secrets
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from makegood.kit.currencies import CURRENCIES
from makegood.kit.instants import ZONES, instant_of

HERE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("MAKEGOOD_HOME", HERE.parent / ".makegood"))


def database_of(url: str) -> dict[str, object]:
    """Django's form of a libpq URL such as `postgresql://user:secret@host:5432/name?host=/socket/folder`."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": query.pop("port", str(parts.port or "")),
        "OPTIONS": {**query, "pool": {"min_size": 1, "max_size": 12, "timeout": 20}},
        "CONN_HEALTH_CHECKS": True,
    }


def named(prefix: str) -> dict[str, str]:
    """What the environment says under names that begin so, by the rest of the name in small letters."""
    return {name[len(prefix) :].lower(): said for name, said in os.environ.items() if name.startswith(prefix)}


DEBUG = False
DEMO = os.environ.get("MAKEGOOD_DEMO", "") == "1"
# The story that this shop lives through, as in two-lost-parcels:3; `makegood up --story` names it.
STORY = os.environ.get("MAKEGOOD_STORY", "")
# The API may move the business's clock: for the demo, stories and tests.
MOVABLE_CLOCK = DEMO or os.environ.get("MAKEGOOD_MOVABLE_CLOCK", "") == "1"
# Without a key that lasts, sessions and links die with the process; the command keeps one in the shop's home.
SECRET_KEY = os.environ.get("MAKEGOOD_SECRET_KEY") or secrets.token_urlsafe(48)
ALLOWED_HOSTS = os.environ.get("MAKEGOOD_HOSTS", "127.0.0.1,localhost").split(",")
BASE_URL = os.environ.get("MAKEGOOD_BASE_URL", "http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]
# Files from outside are served from a host that no cookie of ours is sent to; on this machine from one under localhost.
FILES_URL = os.environ.get("MAKEGOOD_FILES_URL", "").rstrip("/")
if FILES_URL and urlsplit(FILES_URL).hostname in {None, urlsplit(BASE_URL).hostname}:
    raise ValueError(
        "MAKEGOOD_FILES_URL: name a host other than MAKEGOOD_BASE_URL's, such as https://files.shop.example"
    )
ALLOWED_HOSTS += [urlsplit(FILES_URL).hostname or "" if FILES_URL else "files.localhost"]

# It signs the letters, so it is never empty.
SHOP_NAME = os.environ.get("MAKEGOOD_SHOP_NAME", "").strip() or "Northlight Books"
# How "your next order travels by express at our cost" is made true: `account`, where the shop's checkout reads it, or
# `code:` and the shop's own code; empty, nothing of the kind is given or said.
FREE_EXPRESS = os.environ.get("MAKEGOOD_FREE_EXPRESS", "account" if DEMO or STORY else "")
SHOP_CURRENCY = os.environ.get("MAKEGOOD_SHOP_CURRENCY", "USD")
SHOP_COUNTRY = os.environ.get("MAKEGOOD_SHOP_COUNTRY", "US")
SHOP_ZONE = os.environ.get("MAKEGOOD_SHOP_ZONE", "America/Los_Angeles")
# What was stored under a name nobody knows is printed all the same; what an operator says is refused.
if SHOP_ZONE not in ZONES:
    raise ValueError(f"MAKEGOOD_SHOP_ZONE: {SHOP_ZONE!r} is no IANA time zone; write it as in Europe/Paris")
if SHOP_CURRENCY not in CURRENCIES:
    raise ValueError(f"MAKEGOOD_SHOP_CURRENCY: {SHOP_CURRENCY!r} is no current code of ISO 4217; write it as in EUR")
# What the shop allows: a policy file, or a folder of them (docs/policy.md); empty: the one that ships with us.
POLICY = os.environ.get("MAKEGOOD_POLICY", "")
# Orders placed before then are taken in as history, whichever way they come.
HISTORY_BEFORE = instant_of(os.environ.get("MAKEGOOD_HISTORY_BEFORE", ""), zone=SHOP_ZONE)
MAIL_FROM = os.environ.get("MAKEGOOD_MAIL_FROM", "Northlight Books <help@northlight.example>")
# Answers come back to this address, extended by who they are from and about which case; empty: to MAIL_FROM, unproven.
MAIL_REPLY_TO = os.environ.get("MAKEGOOD_MAIL_REPLY_TO", parseaddr(MAIL_FROM)[1])
# Keys that signed links and addresses before; whoever drops one here withdraws all that it signed.
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("MAKEGOOD_OLD_SECRET_KEYS", "").split(",") if key]
# Without a host nothing leaves this machine: messages stay in the mailbox that the demo shows.
SMTP_HOST = os.environ.get("MAKEGOOD_SMTP_HOST", "")
SMTP_PORT = int(os.environ.get("MAKEGOOD_SMTP_PORT", "25"))
# Without a host: whether letters count as received on this machine, as in the demo, in stories and in tests.
MAIL_IS_PLAYED = DEMO or bool(STORY) or os.environ.get("MAKEGOOD_MAIL_IS_PLAYED", "") == "1"
# Mail in by SMTP, where a port is named.
MAIL_IN_PORT = int(os.environ.get("MAKEGOOD_MAIL_IN_PORT", "0"))
MAIL_IN_HOST = os.environ.get("MAKEGOOD_MAIL_IN_HOST", "127.0.0.1")
MAIL_IN_NAME = os.environ.get("MAKEGOOD_MAIL_IN_NAME", MAIL_REPLY_TO.rpartition("@")[2] or "localhost")
MAIL_ADDRESSES = tuple(
    each for each in os.environ.get("MAKEGOOD_MAIL_ADDRESSES", parseaddr(MAIL_FROM)[1]).split(",") if each
)
MAIL_LARGEST = int(os.environ.get("MAKEGOOD_MAIL_LARGEST", str(25 * 1024 * 1024)))
MAIL_PER_MINUTE = int(os.environ.get("MAKEGOOD_MAIL_PER_MINUTE", "300"))
MAIL_TLS_CERTIFICATE = os.environ.get("MAKEGOOD_MAIL_TLS_CERTIFICATE", "")
MAIL_TLS_KEY = os.environ.get("MAKEGOOD_MAIL_TLS_KEY", "")
# Mail in by IMAP, where a host is named.
IMAP_HOST = os.environ.get("MAKEGOOD_IMAP_HOST", "")
IMAP_SECURITY = os.environ.get("MAKEGOOD_IMAP_SECURITY", "tls")
IMAP_PORT = int(os.environ.get("MAKEGOOD_IMAP_PORT", "993" if IMAP_SECURITY == "tls" else "143"))
IMAP_USER = os.environ.get("MAKEGOOD_IMAP_USER", "")
IMAP_PASSWORD = os.environ.get("MAKEGOOD_IMAP_PASSWORD", "")
IMAP_FOLDERS = tuple(os.environ.get("MAKEGOOD_IMAP_FOLDERS", "INBOX").split(","))
IMAP_MOVE_TO = os.environ.get("MAKEGOOD_IMAP_MOVE_TO", "")
IMAP_POLL_SECONDS = float(os.environ.get("MAKEGOOD_IMAP_POLL_SECONDS", "20"))
# One line a carrier: MAKEGOOD_SCAN_SECRET_USPS and so on; without it the carrier's inlet refuses everything.
SCAN_SECRETS = named("MAKEGOOD_SCAN_SECRET_")
# One line a source of orders: MAKEGOOD_ORDER_SECRET_SHOP and so on (Standard Webhooks); without it its inlet is shut.
ORDER_SECRETS = named("MAKEGOOD_ORDER_SECRET_")
# Private networks that webhooks may be sent to, with commas, as in 10.1.0.0/16; without it public addresses alone.
WEBHOOK_NETWORKS = os.environ.get("MAKEGOOD_WEBHOOK_NETWORKS", "")
# Who holds the money of cards: without a key nobody is asked; without the webhook's secret its inlet is shut.
STRIPE_KEY = os.environ.get("MAKEGOOD_STRIPE_KEY", "")
STRIPE_WEBHOOK_SECRET = os.environ.get("MAKEGOOD_STRIPE_WEBHOOK_SECRET", "")
STRIPE_URL = os.environ.get("MAKEGOOD_STRIPE_URL", "").rstrip("/")
# Carriers that we ask: MAKEGOOD_ASK_USPS_ID, _SECRET, and where wanted _URL and _LIMITS; see docs/operating.md.
ASKING: dict[str, dict[str, str]] = {}
for _name, _said in named("MAKEGOOD_ASK_").items():
    if _said:
        _carrier, _, _field = _name.partition("_")
        ASKING.setdefault(_carrier, {})[_field] = _said

# A worker silent for so long is taken for dead and its jobs for anybody's; it says four times as often that it lives.
WORKER_SILENT_SECONDS = float(os.environ.get("MAKEGOOD_WORKER_SILENT_SECONDS", "20"))
WORKER_HEARTBEAT_SECONDS = WORKER_SILENT_SECONDS / 4
WORKER_SWEEP_SECONDS = float(os.environ.get("MAKEGOOD_WORKER_SWEEP_SECONDS", "1"))
# Released locks and due retries notify nobody, so the queue is looked at this often as well.
WORKER_POLL_SECONDS = float(os.environ.get("MAKEGOOD_WORKER_POLL_SECONDS", "0.5"))

# How often a token may call the API, and a machine without a valid one; 0 is no limit.
API_CALLS_A_MINUTE = int(os.environ.get("MAKEGOOD_API_CALLS_A_MINUTE", "12000"))
API_STRANGERS_CALLS_A_MINUTE = int(os.environ.get("MAKEGOOD_API_STRANGERS_CALLS_A_MINUTE", "120"))

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_linear_migrations",
    "makegood",
]
AUTH_USER_MODEL = "makegood.Helper"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("name", "email", "reference")}},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]  # fmt: skip
LOGIN_URL = "/desk/sign-in"
# For so long a link that lets a helper in without a password is good.
PASSWORD_RESET_TIMEOUT = 15 * 60

MIDDLEWARE = [
    "makegood.faces.page_headers.PageHeaders",
    "makegood.faces.files_host.FilesHost",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "makegood.faces.account.mistakes.UntakenBodies",
    "makegood.faces.converters.WithoutNul",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "makegood.urls"
ASGI_APPLICATION = "makegood.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "faces" / face / "templates" for face in ("desk", "account", "api", "files")]
        + [HERE / "faces" / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
            "libraries": {"words": "makegood.faces.words"},
            "builtins": ["django.templatetags.i18n", "django.templatetags.static", "makegood.faces.words"],
        },
    },
]

DATABASES = {"default": database_of(os.environ.get("DATABASE_URL", "postgresql://makegood@/makegood"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ATOMIC_REQUESTS = False

PROCRASTINATE_ON_APP_READY = "makegood.wiring.bind"
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français"), ("es", "Español")]
LOCALE_PATHS = [HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATICFILES_DIRS = [HERE / "static"]
WHITENOISE_USE_FINDERS = True

SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "makegood.urls.stale_form"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BASE_URL.startswith("https://")
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024
LOGGING_CONFIG = None
