"""Pages for everyone: what one can follow, what one follows, and the mailbox of the demo."""

from services.notifications.public import following, mailbox, not_me, own_data, preferences

BLUEPRINTS = (following.pages, preferences.pages, own_data.pages, not_me.pages, mailbox.pages)
