"""What can be done with conferences and registrations. The only place in this service that writes."""
