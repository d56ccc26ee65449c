"""Mutated messages by the thousand, sent with a producer's own credentials, while honest events flow."""
