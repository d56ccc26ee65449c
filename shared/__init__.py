"""What two or more services use, named for what it does. It imports no service."""
