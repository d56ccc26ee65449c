"""What Alembic runs for every service's migrations; `shared/migrations.py` hands it the connection."""
