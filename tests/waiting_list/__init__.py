"""The last places under a crowd: many people and the timer at once on a real PostgreSQL, round after round."""
