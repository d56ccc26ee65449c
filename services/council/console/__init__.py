"""Council's pages for staff: signing in, accounts, the dashboard, cases and sessions."""

from services.council.console import accounts, cases, dashboard, door_passes, meetings, own_account, signing_in

BLUEPRINTS = tuple(file.pages for file in (signing_in, own_account, dashboard, accounts, door_passes, cases, meetings))
