"""What browsers and API clients send to council and get from it."""
