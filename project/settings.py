"""Django's settings. What an operator may change comes from the environment; docs/operating.md lists the variables.

Our own settings live in two dicts, ``ENTITIES`` and ``ACTIONS``: each key has a line that says what it does.
"""

from pathlib import Path
from typing import Any

from corsheaders.defaults import default_headers

from project.databases import read_database_url, sqlite_file
from project.environment import flag, folders, hosts, names, networks, rate, site, sites, text
from project.keys import read_secret_key, read_test_key, state_folder
from project.mail import PRINTED, read_email_url, read_sender

BASE_DIR = Path(__file__).resolve().parent.parent
HOME = Path(text("OUTFIELD_HOME")).expanduser().resolve() if text("OUTFIELD_HOME") else None
DATA_DIR = HOME or BASE_DIR / "var"

# Where the data is, and who may open the door.
DATABASE_URL = text("DATABASE_URL")
DATABASES = {
    "default": read_database_url(DATABASE_URL, BASE_DIR) if DATABASE_URL else sqlite_file(DATA_DIR / "outfield.sqlite3")
}
SECRET_KEY = text("SECRET_KEY") or read_secret_key(HOME or state_folder(BASE_DIR))
SECRET_KEY_FALLBACKS = names("SECRET_KEY_FALLBACKS")  # earlier keys: what they encrypted can still be read
DEBUG = flag("DEBUG")
HTTPS = flag("HTTPS")
ALLOWED_HOSTS = names("ALLOWED_HOSTS", default=("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = names("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = sites("CORS_ORIGINS")  # other sites whose scripts may call the API, as guests or with a token
SITE_URL = site("SITE_URL", default="http://127.0.0.1:6336")  # where people find the site: links in mails begin with it

INSTALLED_APPS = [
    "project",
    "actions",
    "entities",
    "entities.examples",
    "rest_framework",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "project.middleware.ContentSecurityPolicy",
    "django.middleware.common.CommonMiddleware",
    "project.middleware.BrowserSessions",
    "django.middleware.csrf.CsrfViewMiddleware",
    "project.middleware.BrowserAccounts",
    "project.middleware.BrowserMessages",
    "project.middleware.Refusals",
]
if CORS_ALLOWED_ORIGINS:
    INSTALLED_APPS.append("corsheaders")
    MIDDLEWARE.insert(0, "corsheaders.middleware.CorsMiddleware")  # first: refusals can be read as well
CORS_ALLOW_CREDENTIALS = False  # a cookie of ours is for pages of ours
CORS_URLS_REGEX = r"^/(?!admin/)"
CORS_ALLOW_HEADERS = (*default_headers, "idempotency-key")
CORS_EXPOSE_HEADERS = ["Idempotency-Replayed", "Retry-After"]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
ROOT_URLCONF = "project.urls"
WSGI_APPLICATION = "project.wsgi.application"
APPEND_SLASH = False
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("es", "Español")]  # of forms; the API speaks English
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"

# Accounts.
AUTH_USER_MODEL = "entities.UserAccount"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
SILENCED_SYSTEM_CHECKS = [
    "auth.E003",  # the e-mail is unique without regard to case, by a constraint that this check cannot see
    "security.W005",  # the domain's other sites are not ours to decide about
    "security.W021",
]

# What a browser is told. With HTTPS a proxy stands in front, ends TLS and sets X-Forwarded-Proto.
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Mail. Without a server it is printed, for who tries things out; behind HTTPS it is not, for logs have other readers.
MAIL = read_email_url(text("EMAIL_URL") or ("smtp://localhost" if HTTPS else PRINTED))
EMAIL_BACKEND = MAIL.backend
EMAIL_HOST, EMAIL_PORT = MAIL.host, MAIL.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = MAIL.user, MAIL.password
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL.uses_tls, MAIL.starts_tls
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = read_sender(text("EMAIL_FROM", "Outfield <outfield@localhost>"))

# Bounds of a request, before anybody reads it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20

REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING"},
        "django.request": {"level": "ERROR"},  # a client's mistake is told to the client
        "httpcore": {"level": "WARNING"},  # below it prints what other servers answer
        "project": {"level": "INFO"},
        "actions.outcomes": {"level": "INFO"},  # what LogToConsole says
    },
}

ENTITIES: dict[str, Any] = {
    "MODELS": {},  # models that one does not own: {"app.Model": {options of entities.register}}
    "PAGE_SIZE": 10,  # rows of a page when the client does not say
    "MAX_PAGE_SIZE": 500,  # ceiling of page[size]; clients of the original ask for 500
    "TRUSTED_PROXIES": networks("TRUSTED_PROXIES"),  # whose X-Forwarded-For tells the caller's address
    "TOKEN_ISSUER": "outfield",  # who signs tokens, and whose tokens are accepted
    "TOKEN_HOURS": 72,  # how long a token is valid
}

ACTIONS: dict[str, Any] = {
    "PATHS": [BASE_DIR / "fixtures" / "actions" / "daptin", *folders("ACTIONS_PATH")],  # loaded and followed by `up`
    "REDIRECT_HOSTS": names("REDIRECT_HOSTS"),  # hosts besides this site that client.redirect may lead to
    "ENV_NAMES": names("ACTIONS_ENV"),  # names of environment variables that expressions may read as env.NAME
    "ENV": {"SITE_URL": SITE_URL},  # what expressions read as env.NAME besides, by name
    "REQUEST_HEADERS": ["accept-language", "user-agent"],  # headers that expressions may read as request.headers
    "GUEST_RATE_LIMIT": rate("GUEST_RATE_LIMIT", "60/minute"),  # of each action and address, where it says nothing else
    "MAX_UPLOAD": 5 * 1024 * 1024,  # bytes of a form with its files
    "MAX_UPLOADS": {
        "/admin/actions/integration/add/": 21 * 1024 * 1024
    },  # of pages that take more: a document of 16 MiB
    "SECRET_ENV_NAMES": names("SECRETS_ENV"),  # environment variables that secrets may refer to as env:NAME
    "SECRET_FOLDERS": folders("SECRETS_PATH"),  # folders with files that secrets may refer to as file:/PATH
    "PAYPAL_TEST_KEY": read_test_key(text("PAYPAL_TEST_KEY"), debug=DEBUG),  # signs for PayPal's sandbox
    "IDEMPOTENCY_HOURS": 24,  # how long an answer can be asked for again with its Idempotency-Key
    "RUNS": {  # what is kept of every run; see Record in docs/notation.md
        "KEEP_DAYS": 30,  # how long a run can be seen
        "KEEP": 100_000,  # how many can be seen at most
    },
    "OUTBOX": {  # what is sent after the commit
        "ATTEMPTS": 10,  # how often one mail is tried
        "KEEP_DAYS": 30,  # how long what was sent, and what failed, can be seen
    },
    "OUTBOUND": {  # calls of other servers; see docs/calls.md
        "ALLOWED_HOSTS": hosts("WORKFLOW_ALLOWED_HTTP_HOSTS"),  # who may be called; none is the public internet
        "CALLS": 32,  # that wait at a time in one process; each keeps a thread
        "CALLS_PER_HOST": 8,  # of them to one host at a time
        "WAITING_PER_HOST": 16,  # of them for their turn with one host, while another host's eight are free
    },
    "WEBHOOKS": {  # what receivers take
        "ATTEMPTS": 10,  # how often the server tries an event that fails; its sender may try more often
        "KEEP_DAYS": 90,  # how long events are known, so that none has a second effect: 35 at least
    },
    "JAVASCRIPT": {  # see actions.expressions.javascript.options
        "ISOLATION": "process",  # scripts run in child processes; "thread" is for authors trusted like programmers
        "TIME": 1.0,  # seconds that the scripts of one outcome may take
        "HEAP": 64 * 1024 * 1024,  # bytes of V8's heap
        "PROCESS_MEMORY": 256 * 1024 * 1024,  # bytes of the process around it
        "ANSWER": 1024 * 1024,  # bytes of a script's value as JSON
    },
}
