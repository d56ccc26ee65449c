"""Notifications: who is told what, by e-mail or SMS, in their own language, and how they stop it or are forgotten.

Publishes person.erased (somebody wants to be forgotten) and sms.received (a participant's yes or no). Consumes
conference.* and registration.* (confirmations, tickets, offers of places, changes), idea.* and petition.received (receipts for
authors), recommendation.adopted and case.* (news for authors and followers), and staff.changed (council members follow the
council; revoked sessions).
"""
