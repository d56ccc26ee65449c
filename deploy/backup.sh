#!/bin/bash
# Save every service's database into a folder: deploy/backup.sh FOLDER. Reads a consistent state while everything runs.
set -euo pipefail
folder=${1:?the folder to write to}
compose=${COMPOSE:-docker-compose}

umask 077
mkdir -p "$folder"
for service in registration submissions council notifications; do
    $compose exec -T postgres pg_dump --username=postgres --format=custom "$service" > "$folder/$service.dump.part"
    mv "$folder/$service.dump.part" "$folder/$service.dump"
    echo "$service: $(stat --format=%s "$folder/$service.dump") bytes"
done
