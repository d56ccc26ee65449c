"""What browsers and API clients send and get."""
