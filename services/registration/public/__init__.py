"""Pages for everyone: the front page and conferences, registering, one's own registration, being there, the legal pages."""

from services.registration.public import conferences, here, legal, own, register

BLUEPRINTS = (conferences.pages, register.pages, own.pages, here.pages, legal.pages)
