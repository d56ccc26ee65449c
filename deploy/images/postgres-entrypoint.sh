#!/bin/bash
# First boot makes the cluster and runs the scripts of /docker-entrypoint-initdb.d over the local socket only,
# so that nobody can connect before the roles exist. Then the server takes this process's place.
set -euo pipefail

# initdb wants a name for its user; one that the image does not know gets one here.
if ! whoami > /dev/null 2>&1; then
    export NSS_WRAPPER_PASSWD=/tmp/passwd NSS_WRAPPER_GROUP=/tmp/group
    echo "postgres:x:$(id -u):$(id -g):postgres:/tmp:/bin/false" > "$NSS_WRAPPER_PASSWD"
    echo "postgres:x:$(id -g):" > "$NSS_WRAPPER_GROUP"
    export LD_PRELOAD=libnss_wrapper.so
fi

first_boot() {
    local superuser=${POSTGRES_USER:-postgres}
    local database=${POSTGRES_DB:-$superuser}
    local password_file=${POSTGRES_PASSWORD_FILE:-/tmp/password}
    if [ -z "${POSTGRES_PASSWORD_FILE:-}" ]; then
        (umask 077 && printf '%s' "${POSTGRES_PASSWORD:?set POSTGRES_PASSWORD or POSTGRES_PASSWORD_FILE}" > "$password_file")
    fi
    # shellcheck disable=SC2086  # several options in one variable are its purpose
    initdb --username="$superuser" --pwfile="$password_file" --auth-local=trust --auth-host=scram-sha-256 ${POSTGRES_INITDB_ARGS:-}
    pg_ctl --wait --options="-c listen_addresses=''" start
    if [ "$database" != postgres ]; then
        createdb --username="$superuser" "$database"
    fi
    for script in /docker-entrypoint-initdb.d/*; do
        case $script in
            *.sh) POSTGRES_USER=$superuser POSTGRES_DB=$database bash "$script" ;;
            *.sql) psql --set=ON_ERROR_STOP=1 --username="$superuser" --dbname="$database" --file="$script" ;;
        esac
    done
    pg_ctl --mode=fast --wait stop
    echo 'host all all all scram-sha-256' >> "$PGDATA/pg_hba.conf"
    echo "listen_addresses = '*'" >> "$PGDATA/postgresql.conf"
}

if [ "$1" = postgres ] && [ ! -s "$PGDATA/PG_VERSION" ]; then
    mkdir -p "$PGDATA"
    first_boot
fi
exec "$@"
