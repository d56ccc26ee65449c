"""What a web process is told from outside."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.config import Environment, WrongSetting

#: Names of this machine are always answered: health checks use them, and no link is ever built from a Host header.
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the site: printed in the header, the footer and the legal pages."""

    site_name: str
    motto: str
    name: str
    address: str
    phone: str
    email: str
    privacy_officer: str
    supervisory_authority: str
    # KERN's line "Offizielle Website" may only be shown by a public body.
    is_official: bool


@dataclass(frozen=True, slots=True)
class WebSettings:
    """Settings of one web process; `secret_key` is the service's own, the rest is the same for all four."""

    base_url: str
    secret_key: str
    secure_cookies: bool
    trusted_hops: int
    limits_url: str
    limits_on: bool
    staff_public_keys: str
    staff_issuer: str
    # Calling codes of the numbers that get SMS: forms refuse others, so that nobody waits for a code that never comes.
    sms_countries: frozenset[int]
    operator: Operator

    @classmethod
    def from_environment(cls, environment: Environment) -> "WebSettings":
        """Read BASE_URL, SECRET_KEY, STAFF_PUBLIC_KEYS (a JWK set) …; raises WrongSetting naming what is missing."""
        base_url = environment.url("BASE_URL").rstrip("/")
        secure = environment.flag("SECURE_COOKIES", base_url.startswith("https://"))
        limits_on = environment.flag("LIMITS", default=True)
        if secure and not limits_on:
            raise WrongSetting("LIMITS=off is for load tests and refused where cookies are secure (production).")
        return cls(
            base_url=base_url,
            secret_key=environment.secret("SECRET_KEY"),
            secure_cookies=secure,
            trusted_hops=environment.integer("TRUSTED_HOPS", 0),
            limits_url=environment.url("LIMITS_URL", "memory://"),
            limits_on=limits_on,
            staff_public_keys=environment.text("STAFF_PUBLIC_KEYS"),
            staff_issuer=environment.text("STAFF_ISSUER", base_url),
            sms_countries=_countries(environment),
            operator=_operator(environment),
        )

    @property
    def trusted_hosts(self) -> list[str]:
        """Host names that are answered; every other Host header gets a 400."""
        return [urlsplit(self.base_url).hostname or "", *_OWN_NAMES]


def _countries(environment: Environment) -> frozenset[int]:
    try:
        return frozenset(int(code) for code in environment.text("SMS_COUNTRIES", "49").split(","))
    except ValueError as error:
        raise WrongSetting("SMS_COUNTRIES lists calling codes, for example 49,43.") from error


def _operator(environment: Environment) -> Operator:
    return Operator(
        site_name=environment.text("SITE_NAME", "Harburger Integrationskonferenz"),
        motto=environment.text("SITE_MOTTO", "Zusammenleben in Vielfalt"),
        name=environment.text("OPERATOR_NAME", "Bezirksamt Harburg, Sozialraummanagement"),
        address=environment.text("OPERATOR_ADDRESS", "Harburger Rathausplatz 1, 21073 Hamburg"),
        phone=environment.text("OPERATOR_PHONE", "040 115"),
        email=environment.text("OPERATOR_EMAIL", "Sozialraummanagement@harburg.hamburg.de"),
        privacy_officer=environment.text("OPERATOR_PRIVACY_OFFICER", "Behördliche Datenschutzbeauftragte"),
        supervisory_authority=environment.text(
            "OPERATOR_SUPERVISORY_AUTHORITY",
            "Der Hamburgische Beauftragte für Datenschutz und Informationsfreiheit",
        ),
        is_official=environment.flag("OFFICIAL_WEBSITE", default=False),
    )
