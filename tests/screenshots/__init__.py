"""Pictures of every page, for people to look at: `python -m tests.screenshots [BASE_URL OUT --staff demo-staff.json]`."""
