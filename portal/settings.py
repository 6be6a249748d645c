"""The one settings file; every variable is explained in .env.example."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from portal.bundled import broker_url, bundled_url

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
ENV_FILE = Path(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
if ENV_FILE.is_file():
    env.read_env(ENV_FILE)

# The deployment: "sandbox" (demo people, loopback only) or "real".
DEPLOYMENT = env.str("DEPLOYMENT", default="sandbox")
if DEPLOYMENT not in {"sandbox", "real"}:
    raise ImproperlyConfigured("DEPLOYMENT is either sandbox or real.")
# Which exchange a real deployment speaks to: "production" or "test".
ENVIRONMENT = env.str("ENVIRONMENT", default="production")
if ENVIRONMENT not in {"production", "test"}:
    raise ImproperlyConfigured("ENVIRONMENT is either production or test.")
DEBUG = env.bool("DEBUG", default=False)
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var"))).resolve()
VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
FILES_ROOT = Path(env.str("FILES_ROOT", default=str(VAR_DIR / "files")))
if FILES_ROOT.is_relative_to(VAR_DIR):  # else a mount, which only its owner makes
    FILES_ROOT.mkdir(mode=0o700, parents=True, exist_ok=True)
SANDBOX_STATE = Path(env.str("SANDBOX_STATE", default=str(VAR_DIR / "sandbox")))
BASE_URL = env.str("BASE_URL", default="http://localhost:8000")
SINGLE_HOST = env.bool("SINGLE_HOST", default=False)

DEFAULT_SECRET = "sandbox-only-secret-key-never-for-a-real-deployment"  # noqa: S105
DEFAULT_MASTER_KEY = b"sandbox-only-master-key-32-bytes"
SECRET_KEY = env.str("SECRET_KEY", default=DEFAULT_SECRET)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
# Newest first; older ones still open what they sealed. Base64 of 32 bytes each.
try:
    MASTER_KEYS = [
        base64.b64decode(key, validate=True)
        for key in env.list("MASTER_KEYS", default=[])
    ] or [DEFAULT_MASTER_KEY]
except ValueError:
    raise ImproperlyConfigured("MASTER_KEYS holds something not base64.") from None

ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS",
    default=[urlsplit(BASE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"],
)
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "servestatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "heroicons",
    "portal.people",
    "portal.activity",
    "portal.approvals",
    "portal.alerts",
    "portal.tradingdays",
    "portal.pages",
    "keys",
    "transfers",
    "fini",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servestatic.middleware.ServeStaticMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.people.sessions.SessionLimitMiddleware",
    "portal.people.second_factor.SecondFactorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.pages.form_addresses.FormAddressMiddleware",
    "portal.pages.middleware.LiveAfterMiddleware",
]

ROOT_URLCONF = "portal.urls"
ASGI_APPLICATION = "portal.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.pages.context.frame",
            ],
        },
    }
]

# SQLite writes wait their turn instead of failing half way through (tool-facts).
DATABASE_URL = env.str("DATABASE_URL", default="")
SQLITE = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "portal.sqlite3"}
DATABASES: dict[str, dict[str, Any]] = {
    "default": env.db_url_config(DATABASE_URL) if DATABASE_URL else SQLITE,
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A batch of 100,000 rows writes each page of its indexes many times over: with
        # room for them in memory (16 MB a connection) and in the log (16 MB), once.
        # Kept in memory, too, is what a statement of many rows would be undone by.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
        "PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;"
        "PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis: the broker, the live fan-out, the throttles. Losing it loses nothing.
REDIS_URL = env.str("REDIS_URL", default="")
BUNDLED_REDIS = not REDIS_URL
REDIS_URL = REDIS_URL or bundled_url(VAR_DIR)
CELERY_BROKER_URL = broker_url(REDIS_URL)
CACHES = {
    "default": {
        "BACKEND": "portal.people.throttles.ThrottleCache",
        "LOCATION": REDIS_URL,
        # A Redis that does not answer must not hold up a sign-in.
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    }
}

CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 30,
    "max_retries": 1,
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TIMEZONE = "Asia/Hong_Kong"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "django.contrib.auth.password_validation"
        ".UserAttributeSimilarityValidator"
    },
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "portal.people.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/accounts/login/"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "3/15m/key,20/m/ip",
    "reauthenticate": "10/m/user",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Participant Portal"
MFA_TOTP_TOLERANCE = 1
MFA_ADAPTER = "portal.people.adapter.MfaAdapter"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from who invites
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_FORMS = {
    "authenticate": "portal.people.forms.SignInCode",
    "reauthenticate": "portal.people.forms.ConfirmCode",
    "activate_totp": "portal.people.forms.FirstCode",
}
PASSWORD_RESET_TIMEOUT = 3 * 86400  # the link of an invitation

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_SECONDS", default=1800)
SESSION_ABSOLUTE_SECONDS = env.int("SESSION_ABSOLUTE_SECONDS", default=12 * 3600)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "portal.pages.views.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31536000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # limits and records count the client's address
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# Addresses carry passwords (DATABASE_URL, REDIS_URL, EMAIL_URL).
DEFAULT_EXCEPTION_REPORTER_FILTER = "portal.reports.SettingsFilter"

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Asia/Hong_Kong"
USE_I18N = False
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # servestatic warns without it
STATICFILES_DIRS = [BASE_DIR / "static"]
# Names with a hash of the content, once collectstatic has run; plain without.
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=not DEBUG)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "servestatic.storage.CompressedManifestStaticFilesStorage"
        if STATIC_MANIFEST
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
SERVESTATIC_USE_FINDERS = DEBUG

# False: pages poll instead of holding an event stream open.
LIVE_STREAMS = env.bool("LIVE_STREAMS", default=True)

# Uploads: chunks, never whole bodies (tool-facts: Django spools a body whole).
CHUNK_LIMIT = 16 * 1024 * 1024
PLAIN_FORM_LIMIT = 100_000_000
DATA_UPLOAD_MAX_MEMORY_SIZE = CHUNK_LIMIT + 65_536
BATCH_FILE_LIMIT = 32_000_000
# Where a form brings people: its file is never written to disk in clear.
SEALED_FORMS = r"/p/[^/]+/fini/subscriptions/new/"
# The addresses where a form may bring a whole file, and bodies of how many bytes;
# portal.bodies bounds the others.
LONG_FORMS = {
    r"/p/[^/]+/submit/": PLAIN_FORM_LIMIT + 65_536,
    SEALED_FORMS: BATCH_FILE_LIMIT + 65_536,
}
FILE_UPLOAD_HANDLERS = ["portal.form_files.RawNames"]
FILE_UPLOAD_TEMP_DIR = str(VAR_DIR / "tmp")
Path(FILE_UPLOAD_TEMP_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
MEGABYTE = env.int("MEGABYTE", default=1_000_000)

EMAIL_URL = env.str("EMAIL_URL", default="")
EMAIL_CONFIGURED = bool(EMAIL_URL)
globals().update(env.email_url_config(EMAIL_URL or "smtp://127.0.0.1:18825"))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="portal@localhost")
CHECKPOINT_RECIPIENTS = env.list("CHECKPOINT_RECIPIENTS", default=[])

# The visit (architecture.md). Seconds.
LEASE_SECONDS = env.int("LEASE_SECONDS", default=30)
LEASE_RENEW_SECONDS = env.int("LEASE_RENEW_SECONDS", default=10)
CONNECT_SECONDS = env.float("CONNECT_SECONDS", default=5)
CALL_SECONDS = env.float("CALL_SECONDS", default=10)
STALL_SECONDS = env.float("STALL_SECONDS", default=60)
RESULT_FIRST_SECONDS = env.float("RESULT_FIRST_SECONDS", default=10)
RESULT_EVERY_SECONDS = env.float("RESULT_EVERY_SECONDS", default=10)
RESULT_QUICK_FOR_SECONDS = env.float("RESULT_QUICK_FOR_SECONDS", default=180)
RESULT_THEN_EVERY_SECONDS = env.float("RESULT_THEN_EVERY_SECONDS", default=60)
RESULT_DEADLINE_SECONDS = env.float("RESULT_DEADLINE_SECONDS", default=600)
SWEEP_SECONDS = env.float("SWEEP_SECONDS", default=10)
# What HKEX distributes: reports whose names begin so may be fetched again and again;
# how often the answer to an accepted submission is looked for, at first and later.
INTRADAY_REPORTS = env.list("INTRADAY_REPORTS", default=["RPI"])
ANSWER_EVERY_SECONDS = env.float("ANSWER_EVERY_SECONDS", default=180)
ANSWER_QUICK_FOR_SECONDS = env.float("ANSWER_QUICK_FOR_SECONDS", default=3600)
ANSWER_THEN_EVERY_SECONDS = env.float("ANSWER_THEN_EVERY_SECONDS", default=900)
# Per File ID, "HBCNMAPP=07:00-16:30,…"; empty takes notes.md's default when real,
# and the whole day in the sandbox, so that a rehearsal at night works.
SUBMISSION_WINDOWS = env.dict("SUBMISSION_WINDOWS", default={})

# Where kept files may be handed to other systems: named "<participant>.<name>" here,
# so that no path is ever typed in a browser, nor another participant's folder chosen.
HAND_OVER_FOLDERS = env.dict("HAND_OVER_FOLDERS", default={})
HAND_OVER_STORAGES = env.json("HAND_OVER_STORAGES", default={})
# How long what HKEX distributed is kept at least, and when the disk is too full.
RETENTION_YEARS = env.int("RETENTION_YEARS", default=7)
STORE_FREE_PERCENT = env.int("STORE_FREE_PERCENT", default=10)
STORE_FREE_GIGABYTES = env.int("STORE_FREE_GIGABYTES", default=5)

# The FINI API Gateway of each environment: where it is, what assertions are made out
# to (empty: the token's address), and who vouches for its TLS (empty: the machine).
_FINI = {
    "sandbox": {
        "url": env.str("FINI_SANDBOX_URL", default=""),
        "audience": "",
        "ca_file": env.str("FINI_SANDBOX_CA_FILE", default=""),
    },
    "production": {
        "url": env.str("FINI_PRODUCTION_URL", default=""),
        "audience": env.str("FINI_PRODUCTION_AUDIENCE", default=""),
        "ca_file": env.str("FINI_PRODUCTION_CA_FILE", default=""),
    },
    "test": {
        "url": env.str("FINI_TEST_URL", default=""),
        "audience": env.str("FINI_TEST_AUDIENCE", default=""),
        "ca_file": env.str("FINI_TEST_CA_FILE", default=""),
    },
}
# A deployment speaks to gateways of its own kind alone.
FINI_GATEWAYS = {
    name: told
    for name, told in _FINI.items()
    if (name == "sandbox") == (DEPLOYMENT == "sandbox")
}
FINI_TOKEN_PATH = env.str("FINI_TOKEN_PATH", default="/openam/oauth2/eu/access_token")
FINI_CLIENT_ASSERTION_TYPE = env.str(
    "FINI_CLIENT_ASSERTION_TYPE",
    default="urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
)
FINI_META_METHOD = env.str("FINI_META_METHOD", default="GET")
FINI_ENCRYPTED_PATHS = env.list(
    "FINI_ENCRYPTED_PATHS", default=["/api/eipo/subscriptions/"]
)
# Requests in any 60 seconds, of a company and of a machine profile; 0: no limit.
FINI_PER_COMPANY = env.int("FINI_PER_COMPANY", default=480)
FINI_PER_MACHINE = env.int("FINI_PER_MACHINE", default=60)
# How long after an answer was given up FINI is asked what it has: what was under way
# there must have ended by then. No request is taken with a token of over 30 seconds.
FINI_QUERY_AFTER_SECONDS = env.float("FINI_QUERY_AFTER_SECONDS", default=60)
# How long a batch that nobody sends is kept: it holds people all the same.
FINI_DRAFT_DAYS = env.int("FINI_DRAFT_DAYS", default=7)
# How long the personal data of a batch are kept at least after its end.
FINI_PERSONAL_DAYS = env.int("FINI_PERSONAL_DAYS", default=180)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", default="INFO")},
    "loggers": {
        "paramiko": {"level": "WARNING"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
        # They log addresses with their queries.
        "httpx": {"level": "WARNING"},
        "httpx2": {"level": "WARNING"},
        "httpcore": {"level": "WARNING"},
        "httpcore2": {"level": "WARNING"},
    },
}
