"""Whether a launch is ready: areas and gates worked out from evidence, and when it will be."""
