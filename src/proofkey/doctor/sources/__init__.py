"""Read captures: HAR files, raw HTTP, command lines, prose."""
