"""Settings, read once from the environment.

With nothing set this is a workstation: embedded PostgreSQL and Valkey, DEBUG off, console mail.
`DATABASE_URL` set means production: every secret must then be given, and a missing one is said.
The table of variables is in docs/operations.md.
"""

import os
from pathlib import Path

import environ

from pm_workspace.local.places import socket_dir, state_dir
from pm_workspace.schedule import BEAT, ROUTES
from pm_workspace.secret import workstation_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

PRODUCTION = bool(env.str("DATABASE_URL", ""))
DEBUG = env.bool("DEBUG", False)
STATE = state_dir()
SOCKETS = socket_dir(STATE)

_missing = [name for name in ("SECRET_KEY", "ALLOWED_HOSTS", "REDIS_URL") if not env.str(name, "")]
if PRODUCTION and _missing:
    raise SystemExit(
        f"DATABASE_URL is set, so this is production, but {', '.join(_missing)} "
        f"{'is' if len(_missing) == 1 else 'are'} not. docs/operations.md says what to give; "
        "unset DATABASE_URL for a workstation."
    )

SECRET_KEY = env.str("SECRET_KEY", "") or workstation_key(STATE)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
# Where letters sent by workers point to: a worker has no request to take the host from.
SITE_URL = env.str(
    "SITE_URL",
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION else f"http://localhost:{env.str('PORT', '8000')}",
).rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# --- What is installed, lowest layer last ---------------------------------------------------
INSTALLED_APPS = [
    "pm_workspace.apps.HouseConfig",
    "pm_workspace.local",
    "pm_workspace.demo",
    "feedback",
    "finance",
    "products",
    "workspaces",
    "core",
    "roadmaps",  # last of them: it names its figures from the catalogue the others fill
    "unfold.apps.BasicAppConfig",
    "pm_workspace.admin_config.HouseAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "knox",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "django_cotton.apps.SimpleAppConfig",
    "csp",
]

MIDDLEWARE = [
    "csp.middleware.CSPMiddleware",  # outermost: refusals of the others carry the policy too
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pm_workspace.outages.OutageMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.reader.ReaderMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

ROOT_URLCONF = "pm_workspace.urls"
WSGI_APPLICATION = "pm_workspace.wsgi.application"

_loaders = [
    "django_cotton.cotton_loader.Loader",
    "django.template.loaders.filesystem.Loader",
    "django.template.loaders.app_directories.Loader",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    _loaders if DEBUG else [("django.template.loaders.cached.Loader", _loaders)],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "pm_workspace.navigation.navigation",
            ],
            "builtins": [
                "django_cotton.templatetags.cotton",
                "template_partials.templatetags.partials",
                "core.templatetags.ui",
            ],
        },
    }
]
COTTON_ISOLATE_BY_DEFAULT = True

# --- Data -----------------------------------------------------------------------------------
if PRODUCTION:
    DATABASES = {"default": env.db_url("DATABASE_URL")}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "pm_workspace",
            "USER": "postgres",
            "HOST": str(SOCKETS),
        }
    }
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
STATEMENT_TIMEOUT_MS = env.int("STATEMENT_TIMEOUT_MS", 30_000)
DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
    "options", f"-c statement_timeout={STATEMENT_TIMEOUT_MS} -c lock_timeout=10000"
)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = env.bool("PGBOUNCER", False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if env.str("REDIS_URL", ""):
    _redis = env.str("REDIS_URL").rstrip("/")
    CELERY_BROKER_URL, LIMITS_URL = f"{_redis}/0", f"{_redis}/1"
else:
    _socket = SOCKETS / "valkey.sock"
    CELERY_BROKER_URL = f"redis+socket://{_socket}?virtual_host=0"
    LIMITS_URL = f"unix://{_socket}?db=1"

# Where the meaning worker listens; empty, and searching goes by words alone.
MEANING_SOCKET = env.str("MEANING_SOCKET", "" if PRODUCTION else str(SOCKETS / "meaning.sock"))

# Sign-in limits and sessions live in PostgreSQL, so that a lost Redis logs nobody out and
# opens no door. The limits' table is unlogged: only a crash of PostgreSQL itself empties it. The
# API's rate limits alone are in Redis, and fail open there.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
    },
    "limits": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": LIMITS_URL,
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1},
    },
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

# --- Background work ------------------------------------------------------------------------
# Settings that follow from what was measured: see docs/adr/ and workspaces/jobs.
TASK_TIME_LIMIT_SECONDS = 1_800
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = False  # the sweeper re-rings; a poison task must not loop
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_TIME_LIMIT = TASK_TIME_LIMIT_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = TASK_TIME_LIMIT_SECONDS - 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": TASK_TIME_LIMIT_SECONDS + 600,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    # Without these a bell that finds no broker keeps the person waiting for two seconds.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "interactive"
CELERY_TASK_ROUTES, CELERY_BEAT_SCHEDULE = ROUTES, BEAT
CELERY_TIMEZONE = "UTC"

# --- Sign-in --------------------------------------------------------------------------------
AUTH_USER_MODEL = "workspaces.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_SIGNUP_FORM_CLASS = "workspaces.members.signup.NameForm"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
# With "mandatory", signing up tells nobody whether an address has an account.
ACCOUNT_EMAIL_VERIFICATION = env.str(
    "EMAIL_VERIFICATION", "mandatory" if PRODUCTION else "optional"
)
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/30m/key,20/1h/ip",
    "login": "60/m/ip",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,5/m/key",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "PM Workspace"
USERSESSIONS_TRACK_ACTIVITY = False
# How many proxies of our own stand in front; a longer X-Forwarded-For is not believed.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# --- Mail -----------------------------------------------------------------------------------
_mail = env.email_url("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = _mail.get("EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend")
EMAIL_HOST = _mail.get("EMAIL_HOST", "")
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "PM Workspace <no-reply@localhost>")

# --- Webhooks -------------------------------------------------------------------------------
# Networks that webhooks may call although they are not public, such as 10.1.0.0/16.
WEBHOOK_PRIVATE_NETWORKS = env.list("WEBHOOK_PRIVATE_NETWORKS", default=[])

# --- API ------------------------------------------------------------------------------------
API_REQUESTS_PER_MINUTE = env.int("API_REQUESTS_PER_MINUTE", 1_200)
GUEST_REQUESTS_PER_MINUTE = env.int("GUEST_REQUESTS_PER_MINUTE", 240)
KNOX_TOKEN_MODEL = "workspaces.ApiToken"  # noqa: S105 -- the name of a model
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "pmw_", "TOKEN_TTL": None}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["workspaces.api.rendering.JsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["workspaces.api.parsing.JsonParser"],
    "EXCEPTION_HANDLER": "workspaces.api.problems.as_problem",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "PM Workspace API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1/workspaces/{slug}/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "AssortmentEnum": "products.catalog.states.Assortment",
        "CostKindEnum": "finance.ledger.models.CostKind",
        "ImportKindEnum": "workspaces.imports.api.KINDS",
        "TaskStateEnum": "workspaces.todo.models.TaskState",
        "ApprovalStateEnum": "workspaces.approvals.models.ApprovalState",
        "MeetingStateEnum": "workspaces.meetings.models.MeetingState",
        "NoteStateEnum": "feedback.inbox.models.NoteState",
        "IdeaStateEnum": "feedback.ideas.models.IdeaState",
        "IdeaTypeEnum": "feedback.ideas.models.IdeaType",
        "ObjectiveStateEnum": "roadmaps.strategy.models.ObjectiveState",
        "ItemStateEnum": "roadmaps.items.states.ItemState",
        "ItemTypeEnum": "roadmaps.items.models.ItemType",
        "DependencyTypeEnum": "roadmaps.items.models.DependencyType",
        "LaunchStateEnum": "roadmaps.launches.states.LaunchState",
        "ClosedKindEnum": "roadmaps.launches.models.ClosedKind",
        "SpecificationKindEnum": "roadmaps.specification.models.LineKind",
        "SpecificationVerdictEnum": "roadmaps.specification.models.Verdict",
        "StatusEnum": "finance.ledger.models.OrderStatus",
        "ObligationStatusEnum": "products.compliance.states.Status",
        "EvidenceStateEnum": "products.compliance.states.DocState",
        "EvidenceTypeEnum": "products.compliance.states.EVIDENCE_TYPES",
        "TypeEnum": "workspaces.fields.models.TYPES",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "workspaces.api.schema.add_problem",
    ],
}

# --- Files ----------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATICFILES_DIRS = [BASE_DIR / "static", BASE_DIR / ".assets"]
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", str(STATE / "media")))
MEDIA_URL = "/media/"  # never routed: uploads are read back only through doors
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION  # a workstation has no network to spare, and compressing takes half a minute
        else "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    },
}
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "core.room.RoomyUploadHandler",
]
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_BYTES", 4 * 1024**3)
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", 25 * 1024**2)
ATTACHMENTS_PER_RECORD = env.int("ATTACHMENTS_PER_RECORD", 50)
ATTACHMENT_QUOTA_BYTES = env.int("ATTACHMENT_QUOTA_BYTES", 10 * 1024**3)
ATTACHMENT_SCANNER = env.str("ATTACHMENT_SCANNER", "")

# --- Words, numbers, time -------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Browser safety -------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "https:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}
HTTPS = env.bool("HTTPS", PRODUCTION)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Logs -----------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "INFO")},
    "loggers": {"django.request": {"level": "ERROR"}, "celery": {"level": "WARNING"}},
}
