"""What happens when somebody writes to us by SMS: stop is ours to obey, yes and no are for registration, all else gets help."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from services.notifications.channels import addresses
from services.notifications.channels.answers import Answer, meaning
from services.notifications.config import Config
from services.notifications.models import PARTICIPANT, REGISTRATION, Contact, Following, ReceivedSms
from services.notifications.use_cases.contacts import insert_if_new
from services.notifications.use_cases.followings import stop_everything
from services.notifications.use_cases.telling import News, tell
from shared import clock, ids
from shared.events.notifications import SmsAnswer, SmsReceived
from shared.messaging import outbox

# Whatever a gateway calls a message, here it has one id.
_RECEIVED = UUID("3d9c5f0e-2b71-4c6a-8f0d-5a1e7c94b2d8")
#: How long it is known that an SMS came in already: far longer than any gateway repeats itself.
RECEIVED_KEPT = timedelta(days=30)

HELP = "sms.help"


def receive(session: Session, config: Config, reference: str, phone: str, text: str) -> None:
    """Take an SMS that the gateway knows as `reference`, once however often it comes. The text is read and not kept; whoever
    we don't know gets no answer."""
    sms_id = ids.derived(_RECEIVED, reference)
    received = insert_if_new(session, ReceivedSms, id=sms_id, version=0, received_at=clock.now())
    mark = addresses.address_mark(config.link_key, phone)
    contact = session.scalar(select(Contact).where(Contact.address_mark == mark).with_for_update())
    if received is None or contact is None:
        return
    answer = meaning(text)
    registered = _registration_of(session, contact)
    if answer is Answer.STOP:
        stop_everything(session, contact)
    elif answer is not Answer.UNKNOWN and registered is not None:
        said = SmsAnswer(phone=phone, is_yes=answer is Answer.YES)
        fact = SmsReceived(sms_id=sms_id)
        outbox.add(session, received, fact, private={"registration": said}, subject_id=registered.subject_id)
    else:
        _help(session, config, contact)


def forget_received(session: Session) -> None:
    """Forget that SMS came in which no gateway reports again: for the service's timer."""
    session.execute(delete(ReceivedSms).where(ReceivedSms.received_at <= clock.now() - RECEIVED_KEPT))


def _help(session: Session, config: Config, contact: Contact) -> None:
    told = select(Following).where(
        Following.contact_id == contact.id, Following.confirmed_at.is_not(None), Following.stopped_at.is_(None)
    )
    following = session.scalars(told.order_by(Following.asked_at.desc(), Following.id).limit(1)).first()
    if following is not None and contact.takes_help():
        tell(session, config, News(event_id=ids.internal(), message=HELP, root_at=clock.now(), facts={}), [following])


def _registration_of(session: Session, contact: Contact) -> Following | None:
    """What the contact registered for last, also where it is told no more about it."""
    theirs = (Following.contact_id == contact.id, Following.topic == REGISTRATION, Following.role == PARTICIPANT)
    return session.scalars(select(Following).where(*theirs).order_by(Following.asked_at.desc()).limit(1)).first()
