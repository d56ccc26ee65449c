# Same interface as the official image: data folder, POSTGRES_* variables, /docker-entrypoint-initdb.d.
FROM mitsprache/debian:13
RUN apt-get update \
    && apt-get install --yes --no-install-recommends libnss-wrapper \
    && mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.conf \
    && apt-get install --yes --no-install-recommends postgresql-17 \
    && rm -rf /var/lib/apt/lists/* /var/lib/postgresql/* \
    && install -d -m 1777 /var/lib/postgresql/data /docker-entrypoint-initdb.d \
    && install -d -m 3777 /var/run/postgresql
ENV LANG=C.UTF-8 PATH=/usr/lib/postgresql/17/bin:/usr/local/bin:/usr/bin:/bin PGDATA=/var/lib/postgresql/data
COPY postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
RUN chmod 755 /usr/local/bin/docker-entrypoint.sh
STOPSIGNAL SIGINT
USER postgres
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres"]
