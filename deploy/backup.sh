#!/bin/bash
# Save every service's database into a folder: deploy/backup.sh FOLDER. Each is one consistent moment; everything runs on.
set -euo pipefail
folder=${1:?the folder to write to}
compose=${COMPOSE:-docker-compose}

umask 077
mkdir -p "$folder"
for service in registration submissions council notifications; do
    $compose exec -T postgres pg_dump --username=postgres --format=custom "$service" > "$folder/$service.dump.part"
    # What can't be listed can't be restored either; better to know now.
    $compose exec -T postgres pg_restore --list < "$folder/$service.dump.part" > /dev/null
    mv "$folder/$service.dump.part" "$folder/$service.dump"
    echo "$service: $(stat --format=%s "$folder/$service.dump") bytes in $folder/$service.dump"
done
