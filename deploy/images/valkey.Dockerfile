FROM mitsprache/debian:13
RUN apt-get update \
    && apt-get install --yes --no-install-recommends valkey-server valkey-tools \
    && rm -rf /var/lib/apt/lists/* && install -d -m 1777 /data
WORKDIR /data
USER valkey
CMD ["valkey-server"]
