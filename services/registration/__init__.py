"""Registration: who takes part. Conferences, registrations, the waiting list, tickets; and the front page.

Publishes conference.announced, .changed and .cancelled, registration.requested, .repeated, .confirmed, .applied, .waitlisted,
.offered, .requeued, .promoted, .answer_missed, .changed, .reminded, .attended, .invitations_chosen and .cancelled.
Consumes staff.changed (revoked sessions), person.erased, sms.received (answers to offers), and the case.* events (the newest
stand on the front page).
"""
