"""Registration: who takes part. Conferences, registrations, the waiting list, tickets; and the front page.

Publishes conference.announced, registration.requested, .repeated, .confirmed, .waitlisted, .promoted and .cancelled.
Consumes staff.changed (revoked sessions), person.erased, and the case.* events (the newest stand on the front page).
"""
