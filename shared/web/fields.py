"""Fields of schemas: what residents and staff type, made one shape and refused where it can hurt somebody."""

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError, fields

from shared.web.current import settings
from shared.web.i18n import DEFAULT, LANGUAGES, gettext

_BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
# C0, C1, the two Unicode line ends, interlinear marks; NUL is among them.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufff9-\ufffb]")
_CONTROLS_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufff9-\ufffb]")
_TURNS_AROUND = re.compile(f"[{_BIDI_CONTROLS}]")
# In longer texts the marks ALM, LRM and RLM are ordinary; overrides and isolates can make a text lie.
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: No script stacks more marks than this on one letter.
_MOST_MARKS = 6


class PlainText(fields.String):
    """Text of several lines: NFC, trimmed, at most `max_length` characters, no control characters."""

    _refused = (_CONTROLS_IN_TEXT, _OVERRIDES)

    def __init__(self, *, max_length: int, **kwargs: Any) -> None:
        super().__init__(metadata={"maxLength": max_length, **kwargs.pop("metadata", {})}, **kwargs)
        self.max_length = max_length

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        return self._checked(unicodedata.normalize("NFC", text.replace("\r\n", "\n")).strip())

    def _checked(self, text: str) -> str:
        if any(pattern.search(text) for pattern in self._refused):
            raise ValidationError(
                gettext("Der Text enthält Zeichen, die wir nicht speichern können. Bitte tippen Sie ihn neu ein.")
            )
        if _stacks_marks(text):
            raise ValidationError(
                gettext("Der Text enthält zu viele übereinander gestapelte Zeichen. Bitte tippen Sie ihn neu ein.")
            )
        if len(text) > self.max_length:
            raise ValidationError(gettext("Der Text ist zu lang: höchstens %(max)s Zeichen.", max=self.max_length))
        if not text and self.required:
            raise ValidationError(gettext("Bitte füllen Sie dieses Feld aus."))
        return text


class PlainLine(PlainText):
    """Text of one line, such as a name or a title: no line ends, no bidi controls."""

    _refused = (_CONTROLS, _TURNS_AROUND)


class EmailAddress(fields.String):
    """An e-mail address in its normal form; its domain isn't looked up (that must not sit in a form post)."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            return validate_email(text, check_deliverability=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(
                gettext("Bitte prüfen Sie die E-Mail-Adresse. Sie sieht zum Beispiel so aus: name@beispiel.de")
            ) from error


class PhoneNumber(fields.String):
    """A mobile number as E.164, of a country that SMS go to; numbers without country code are German ones."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs).strip()
        try:
            number = phonenumbers.parse(text[:40], "DE")
        except phonenumbers.NumberParseException as error:
            raise ValidationError(
                gettext("Bitte geben Sie die Telefonnummer mit Vorwahl ein, zum Beispiel 0151 23456789.")
            ) from error
        # Satellite and other numbers of no country (region 001) are dear to send to.
        if not phonenumbers.is_valid_number(number) or phonenumbers.region_code_for_number(number) == "001":
            raise ValidationError(
                gettext("Bitte geben Sie die Telefonnummer mit Vorwahl ein, zum Beispiel 0151 23456789.")
            )
        kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
        if phonenumbers.number_type(number) not in kinds:
            raise ValidationError(
                gettext("Bitte geben Sie eine Mobilnummer ein: Nur dorthin können wir eine SMS schicken.")
            )
        if number.country_code not in settings.sms_countries:
            raise ValidationError(
                gettext(
                    "An Nummern aus diesem Land können wir keine SMS schicken. Bitte nehmen Sie eine andere Adresse."
                )
            )
        return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


class LocalizedText(fields.Field[dict[str, str]]):
    """Text written by staff: `{language: text}` with `de`; a plain string is taken as German."""

    def __init__(self, *, max_length: int, one_line: bool = True, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        kind = PlainLine if one_line else PlainText
        self._text = kind(max_length=max_length, required=True)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> dict[str, str]:
        texts = {DEFAULT: value} if isinstance(value, str) else value
        if not isinstance(texts, Mapping):
            raise ValidationError(gettext("Bitte geben Sie einen Text an, oder einen Text je Sprache."))
        if unknown := [str(tag) for tag in texts if tag not in LANGUAGES]:
            raise ValidationError(gettext("Diese Sprache gibt es hier nicht: %(language)s.", language=unknown[0][:20]))
        if not texts.get(DEFAULT):
            raise ValidationError(gettext("Bitte schreiben Sie den Text auf Deutsch; andere Sprachen sind freiwillig."))
        errors: dict[str, list[Any]] = {}
        checked: dict[str, str] = {}
        for tag, text in texts.items():
            try:
                checked[tag] = str(self._text.deserialize(text, tag, texts))
            except ValidationError as error:
                errors[tag] = list(error.messages)
        if errors:
            raise ValidationError(errors)
        return checked


def _stacks_marks(text: str) -> bool:
    stacked = 0
    for character in text:
        stacked = stacked + 1 if unicodedata.combining(character) else 0
        if stacked > _MOST_MARKS:
            return True
    return False
