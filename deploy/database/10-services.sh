#!/bin/bash
# One role and one database per service; a service can't even connect to another's. Runs once, at the first boot of the volume.
set -euo pipefail

for service in registration submissions council notifications; do
    export service
    # psql reads the password itself, so that it never stands on a command line.
    psql --quiet --no-psqlrc --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres << 'SQL'
\set service `echo "$service"`
\set password `cat "/run/secrets/$service"`
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service" TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE' LOCALE 'C.UTF-8';
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
