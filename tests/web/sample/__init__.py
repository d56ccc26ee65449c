"""A tiny service, only for the tests of shared/web."""
