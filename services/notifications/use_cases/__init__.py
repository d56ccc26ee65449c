"""What can be done about contacts, followings and notifications. The only place in this service that writes."""
