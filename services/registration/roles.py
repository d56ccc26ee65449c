"""Which roles of staff do what in registration."""

#: Who plans conferences and sees who takes part.
OFFICE = ("clerk", "admin")
#: Who lets people in.
DOOR = ("door", *OFFICE)
