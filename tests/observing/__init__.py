"""What operators see: traces, logs, figures, the dashboard and the alarms."""
