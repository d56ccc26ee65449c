"""What stands in for the world in a demonstration: a mailbox that takes every letter and every short message."""
