"""What operators see of a service's events and do about them: by command and by page, the same way."""
