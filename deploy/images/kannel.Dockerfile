FROM mitsprache/base:13
RUN apt-get update \
    && apt-get install --yes --no-install-recommends kannel kannel-extras \
    && rm -rf /var/lib/apt/lists/*
USER kannel
CMD ["bearerbox", "/etc/kannel/kannel.conf"]
