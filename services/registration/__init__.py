"""Registration: who takes part. Conferences, registrations, the waiting list, tickets; and the front page.

Publishes conference.announced, .changed and .cancelled, registration.requested, .repeated, .confirmed, .applied, .waitlisted,
.offered, .requeued, .promoted, .answer_missed, .changed, .reminded, .attended, .invitations_chosen and .cancelled, and
registrations.disclosed (to who wants to know what is held of them). Consumes staff.changed (revoked sessions),
access.requested, person.erased, sms.received (answers to offers), and the case.* events (the newest stand on the
front page).
"""
