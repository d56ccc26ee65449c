"""What survives when processes die."""
