"""Base images built on the spot where none can be pulled."""
