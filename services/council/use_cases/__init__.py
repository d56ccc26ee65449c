"""What can be done in council: one verb a function, the only place that writes."""
