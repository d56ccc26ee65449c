"""The ways to reach a person: SMTP, an SMS gateway, or the mailbox page of the embedded run."""
