"""The whole system on real servers, used by many at once while everything about it breaks; afterwards everything is compared."""
