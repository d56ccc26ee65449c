"""The published language: every event of every service, declared once in its publisher's file."""
