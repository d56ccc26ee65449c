"""Pages for everyone: the front page and conferences, registering, one's own registration, and the legal pages."""

from services.registration.public import conferences, legal, own, register

BLUEPRINTS = (conferences.pages, register.pages, own.pages, legal.pages)
