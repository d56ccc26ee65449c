"""The event protocol as pure steps over a store and a bus: no I/O, no clock, no randomness of its own."""
