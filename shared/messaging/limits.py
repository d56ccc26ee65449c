"""How large a message may be. The outbox refuses what the wire wouldn't carry, before it is committed."""

#: Bytes of a body.
LONGEST_BODY = 64 * 1024

#: Characters of all sealed parts together; AMQP wants every header of a message in one frame of 128 KiB.
LONGEST_SEALED = 80 * 1024

#: Lists and objects inside each other.
DEEPEST_BODY = 8
