"""SMS through Kannel's HTTP interface, and the receipts it sends back."""

from urllib.parse import unquote, urlencode, urlsplit
from uuid import UUID

import phonenumbers
import requests
from urllib3.exceptions import NewConnectionError

from services.notifications.channels import gsm
from services.notifications.channels.letter import Later, Letter, OneByOne, Refused, Unclear
from services.notifications.config import Config
from shared.seals import mark, same

#: Seconds to connect, and to wait for the answer.
_PATIENCE = (5, 20)
# Every kind of report: delivered, failed, buffered, accepted, rejected.
_ALL_RECEIPTS = 31
_RECEIPTS = {1: "delivered", 2: "failed", 4: "buffered", 8: "accepted", 16: "rejected"}
# Kannel answers 202 to both: handed to the network, or kept until the network is back.
_ACCEPTED = ("0:", "3:")


class Kannel(OneByOne):
    """The gateway behind SMS_URL."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._http = requests.Session()
        parts = urlsplit(config.sms_url)
        self._url = f"{parts.scheme.removeprefix('kannel+')}://{parts.hostname}:{parts.port or 13013}/cgi-bin/sendsms"
        self._account = {"username": unquote(parts.username or ""), "password": unquote(parts.password or "")}

    def send(self, letter: Letter) -> int:
        """Hand the text over and return its number of parts. Raises Later, Refused or Unclear.

        No error text of the HTTP library is passed on: it would contain the account.
        """
        if phonenumbers.parse(letter.to).country_code not in self._config.web.sms_countries:
            raise Refused("country not served")
        sms = gsm.fit(letter.text)
        try:
            answer = self._http.get(
                self._url, params=self._parameters(letter, sms), headers=_headers(letter), timeout=_PATIENCE
            )
        except requests.ConnectTimeout as error:
            raise Later("SMS gateway: no connection", is_away=True) from error
        except requests.ConnectionError as error:
            if isinstance(getattr(error.args[0], "reason", None), NewConnectionError):
                raise Later("SMS gateway: no connection", is_away=True) from error
            raise Unclear("SMS gateway: connection broke") from error
        except requests.Timeout as error:
            raise Unclear("SMS gateway: no answer") from error
        _judge(answer)
        return sms.parts

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _parameters(self, letter: Letter, sms: gsm.Sms) -> dict[str, str]:
        return {
            **self._account,
            "from": self._config.sms_sender,
            "to": letter.to,
            "text": sms.text,
            "charset": "UTF-8",
            # Left alone, Kannel sends seven bits and turns every other letter into a question mark.
            "coding": "2" if sms.is_ucs2 else "0",
            "dlr-mask": str(_ALL_RECEIPTS),
            "dlr-url": receipt_url(self._config, letter.reference),
        }


def _headers(letter: Letter) -> dict[str, str]:
    return {"traceparent": letter.traceparent} if letter.traceparent else {}


def receipt_url(config: Config, reference: UUID) -> str:
    """Where Kannel reports what became of a message; it puts the kind of report in place of %d."""
    query = urlencode({"id": str(reference), "mark": _mark(config, str(reference))})
    return f"{config.receipts_url}/api/notifications/v1/webhooks/kannel?{query}&type=%d"


def inbound_url(config: Config) -> str:
    """Where Kannel is to hand over SMS that come in (`post-url` of its sms-service): it fills in number and id itself."""
    query = urlencode({"mark": _inbound_mark(config)})
    return f"{config.receipts_url}/api/notifications/v1/webhooks/kannel/sms?{query}&id=%I&from=%p"


def read_inbound(config: Config, given_mark: str, sender: str, body: bytes, charset: str) -> tuple[str, str] | None:
    """The number (E.164) and the text of an SMS that came in; None for a forged one. A number nobody can have is empty."""
    if not same(given_mark, _inbound_mark(config)):
        return None
    # A plus sign in an address means a space.
    return _e164(sender.strip()), _text_of(body, charset)


def _e164(sender: str) -> str:
    international = sender if sender.startswith(("+", "0")) else f"+{sender}"
    try:
        number = phonenumbers.parse(international, "DE")
    except phonenumbers.NumberParseException:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _text_of(body: bytes, charset: str) -> str:
    # Raw bytes come where the network didn't say the alphabet; in UTF-16 every other one of our words' letters has a small byte.
    if charset.lower() == "utf-16be" or b"\0" in body or (charset == "" and len(body) % 2 == 0 and body[:1] == b"\x06"):
        return body.decode("utf-16-be", errors="replace")
    return body.decode("utf-8", errors="replace")


def _inbound_mark(config: Config) -> str:
    return mark(config.link_key, "kannel-inbound")[:32]


def read_receipt(config: Config, reference: str, given_mark: str, kind: str) -> tuple[UUID, str] | None:
    """Which message a report is about and what it says; None for a forged or senseless one."""
    if not same(given_mark, _mark(config, reference)) or not kind.isdecimal() or int(kind) not in _RECEIPTS:
        return None
    return UUID(reference), _RECEIPTS[int(kind)]


def _mark(config: Config, reference: str) -> str:
    return mark(config.link_key, "kannel-receipt", reference)[:32]


def _judge(answer: requests.Response) -> None:
    """Tell by status and text what Kannel did. Raises Later, Refused or Unclear."""
    text = answer.text[:40]
    if answer.status_code == 202 and text.startswith(_ACCEPTED):
        return
    if answer.status_code == 403:
        raise Later("SMS gateway: our account is refused", is_away=True)
    if answer.status_code in {429, 503} or text.startswith("4:"):
        raise Later("SMS gateway: asks for patience")
    if 400 <= answer.status_code < 500:
        raise Refused(f"SMS gateway: {answer.status_code}")
    raise Unclear(f"SMS gateway: {answer.status_code} without sense")
