FROM mitsprache/debian:13
RUN apt-get update \
    && apt-get install --yes --no-install-recommends rabbitmq-server \
    && rm -rf /var/lib/apt/lists/* /var/lib/rabbitmq /var/log/rabbitmq \
    && install -d -m 1777 /var/lib/rabbitmq /var/log/rabbitmq \
    && cd /usr/lib/rabbitmq/bin && for tool in rabbitmq-*; do ln -sf "$PWD/$tool" "/usr/local/bin/$tool"; done \
    && ln -sf /usr/lib/rabbitmq/bin/rabbitmqctl /usr/local/bin/rabbitmqctl
ENV HOME=/var/lib/rabbitmq RABBITMQ_LOGS=-
USER rabbitmq
CMD ["rabbitmq-server"]
