"""The only place that names concrete things: settings, wiring, command line, health, logging, metrics."""
