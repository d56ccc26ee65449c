"""The event backbone: publishing is a row (outbox), receiving is a row (inbox), the broker is only a fast path between."""
