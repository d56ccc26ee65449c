"""Council: what becomes of recommendations and petitions. Cases, sessions, referrals, clocks; and who works here.

Publishes: case.opened, case.triaged, case.scheduled, case.decided, case.referred, case.acknowledged, case.answered,
case.closed, staff.changed, petitions.disclosed. Consumes: recommendation.adopted, petition.received, idea.withdrawn,
access.requested, person.erased.
"""
