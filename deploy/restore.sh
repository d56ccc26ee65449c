#!/bin/bash
# Bring one service back to an earlier backup: deploy/restore.sh SERVICE FOLDER. The others go on meanwhile.
# What happened since comes again from the other services; `events restore` tells them that this one lives a new life.
set -euo pipefail
service=${1:?which service}
folder=${2:?from which folder}
compose=${COMPOSE:-docker-compose}
file=$folder/$service.dump
psql="$compose exec -T postgres psql --quiet --no-psqlrc --username=postgres --set=ON_ERROR_STOP=1 --set=service=$service"

# Looked through before anything is stopped or dropped.
$compose exec -T postgres pg_restore --list < "$file" > /dev/null
$compose stop "$service-web" "$service-worker"
$psql << 'SQL'
DROP DATABASE :"service" WITH (FORCE);
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
$compose exec -T postgres pg_restore --username=postgres --dbname="$service" --exit-on-error --single-transaction < "$file"
$compose run --rm --no-deps "$service-migrate"
$compose run --rm --no-deps "$service-worker" python -m "services.$service" events restore --yes
$compose start "$service-web" "$service-worker"
