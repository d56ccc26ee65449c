"""Registration alone: conferences, places, the waiting list, tickets."""
