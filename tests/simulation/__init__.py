"""A seeded world of services, brokers and faults in which the real protocol steps run."""
