"""Tests of the service notifications."""
