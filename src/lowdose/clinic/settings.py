"""Django's settings, made from the site. Nothing else here depends on where it runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lowdose.clinic.site import database_of, read_keys, site_from

SITE = site_from(os.environ)
_HERE = Path(__file__).parent

SECRET_KEY, *SECRET_KEY_FALLBACKS = (key.hex() for key in read_keys(SITE, "session"))
DEBUG = False
ALLOWED_HOSTS = [SITE.host, *(["127.0.0.1", "localhost", "[::1]"] if not SITE.encrypted else [])]
CSRF_TRUSTED_ORIGINS = [SITE.origin]
ROOT_URLCONF = "lowdose.clinic.urls"
WSGI_APPLICATION = "lowdose.clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lowdose.clinic",
    "lowdose.clinic.tables.TablesConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "simple_history",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "lowdose.clinic.short_way.short_way",
    # around everything, so that the pages of an error carry these headers too
    "lowdose.clinic.middleware.private",
    "lowdose.clinic.middleware.measured",
    "lowdose.clinic.middleware.policy",
    "django.middleware.security.SecurityMiddleware",
    "lowdose.clinic.middleware.expected",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lowdose.clinic.middleware.person",
    "lowdose.clinic.middleware.readable",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "lowdose.clinic.middleware.second_factor",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "lowdose.clinic.context.clinic",
            ],
        },
    },
]
FORM_RENDERER = "lowdose.clinic.forms.Renderer"

DATABASES = {"default": database_of(SITE)}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "clinic_cache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# Who people are
AUTH_USER_MODEL = "clinic.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "lowdose.clinic.sign_in.Accounts",
]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "lowdose.clinic.passwords.LongestPassword", "OPTIONS": {"max_length": 128}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_HASHERS = [
    "lowdose.clinic.hashing.Scrypt",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "lowdose.clinic.sign_in.ClosedAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True  # of staff the next click ends it after half an hour
ACCOUNT_FORMS = {"login": "lowdose.clinic.sign_in.LoginForm"}
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGIN_TIMEOUT = 600
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ADAPTER = "lowdose.clinic.sign_in.FactorAdapter"
MFA_TOTP_ISSUER = "lowdose clinic"
# Browsers allow passkeys over plain http for localhost only; so does this.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SITE.encrypted
SECOND_FACTOR_REQUIRED = SITE.second_factor
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"], "username"]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # nobody can lengthen somebody else's wait
AXES_LOCKOUT_CALLABLE = "lowdose.clinic.sign_in.locked_out"
AXES_USERNAME_FORM_FIELD = "login"
AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True  # the audit trail says who signed in; no address is kept
AXES_USERNAME_CALLABLE = "lowdose.clinic.limits.tried_name"
AXES_CLIENT_IP_CALLABLE = "lowdose.clinic.limits.client_address"
# axes locks a name after 8 wrong passwords; these limit an address that tries many names, and
# guesses of a second factor. One proxy stands in front of a site with https, and is believed.
ACCOUNT_RATE_LIMITS = {
    "login": "240/30m/ip",
    "login_failed": "60/30m/ip,10/30m/key",
    "reauthenticate": "10/30m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SITE.encrypted else 0
AXES_NEVER_LOCKOUT_GET = True

# Sessions end: staff after half an hour without a click, patients after ninety days.
SESSION_ENGINE = "lowdose.clinic.sessions"
SESSION_COOKIE_AGE = 90 * 24 * 3600
STAFF_SESSION_SECONDS = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SITE.encrypted
CSRF_COOKIE_HTTPONLY = True
CSRF_USE_SESSIONS = False
CSRF_FAILURE_VIEW = "lowdose.clinic.pages.errors.cross_site"
if SITE.encrypted:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^health$"]  # a supervisor on this machine comes without the proxy
    SECURE_HSTS_SECONDS = 365 * 24 * 3600
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = (
    "same-origin"  # with "no-referrer" browsers send forms with the origin "null"
)
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Words, days and numbers
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("nb", _("Norwegian"))]
FORMAT_MODULE_PATH = ["lowdose.clinic.formats"]
LOCALE_PATHS = [_HERE / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = _HERE / "static"  # nothing is collected; see WHITENOISE_USE_FINDERS
# Straight from the packages: whoever runs the clinic builds and copies nothing.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False

# No log line holds more than a path's pattern, a status and a kind of error: see logs.py.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"plain": {"()": "lowdose.clinic.logs.NothingPersonal"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["plain"],
            "formatter": "line",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
        "axes": {"level": "ERROR"},
        "lowdose.clinic": {"level": "INFO"},
        "django_tasks": {"level": "CRITICAL"},  # what failed stands in the database
        "django_tasks_db": {"level": "CRITICAL"},
    },
}

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
SILENCED_SYSTEM_CHECKS = ["security.W004", "security.W008", "security.W012", "security.W016"]
