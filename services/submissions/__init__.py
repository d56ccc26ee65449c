"""Submissions: the ideas and petitions people hand in, and the recommendations a conference makes of them.

Publishes idea.received, idea.confirmed, idea.published, idea.declined, idea.withdrawn, petition.received,
recommendation.adopted and ideas.disclosed. Consumes conference.* (where a recommendation can be adopted), every case.* (the
story told by tracking code), staff.changed (revoked sessions), access.requested and person.erased.
"""
