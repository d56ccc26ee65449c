"""How large a message may be. The outbox refuses what the wire wouldn't carry, before it is committed."""

#: Bytes of a body.
LONGEST_BODY = 64 * 1024

#: Characters of all sealed parts together; AMQP wants every header of a message in one frame of 128 KiB.
LONGEST_SEALED = 80 * 1024

#: Lists and objects inside each other.
DEEPEST_BODY = 8

#: Open gaps that a receipt names; the next receipt names the next ones.
MOST_GAPS = 100

#: Streams of one producer: every restore begins one, and so does whoever pretends one. More of them aren't believed.
MOST_LIVES = 128

#: How far a claimed life may lie above the latest known one.
LONGEST_LEAP = 1000
