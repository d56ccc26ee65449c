"""Running Mitsprache as containers: images, secrets, the gateway, and the proof that the whole file works."""
