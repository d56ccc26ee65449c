FROM mitsprache/debian:13
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates caddy busybox \
    && rm -rf /var/lib/apt/lists/* && install -d -m 1777 /data /config \
    && ln -s /usr/bin/busybox /usr/local/bin/wget
ENV XDG_CONFIG_HOME=/config XDG_DATA_HOME=/data
USER caddy
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]
