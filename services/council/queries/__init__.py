"""What council's pages and API read."""
