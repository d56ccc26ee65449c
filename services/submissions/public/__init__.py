"""Pages for everyone: reading and handing in ideas, confirming a contact, following one idea by its code."""

from services.submissions.public import contacts, handing_in, ideas, tracking

BLUEPRINTS = (ideas.pages, handing_in.pages, contacts.pages, tracking.pages)
