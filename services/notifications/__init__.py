"""Notifications: who is told what, by e-mail or SMS, in their own language, and how they stop it or are forgotten.

Publishes access.requested (somebody wants to know what is held of them), person.erased (or to be forgotten) and sms.received
(a participant's yes or no). Consumes conference.* and registration.* (confirmations, tickets, offers of places, changes),
idea.* and petition.received (receipts for authors), recommendation.adopted and case.* (news for authors and followers),
staff.changed (council members follow the council; revoked sessions), and registrations.disclosed, ideas.disclosed and
petitions.disclosed (what is held of somebody).
"""
