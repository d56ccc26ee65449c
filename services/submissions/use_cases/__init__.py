"""What can be done with ideas, petitions and recommendations. The only place in this service that writes."""
