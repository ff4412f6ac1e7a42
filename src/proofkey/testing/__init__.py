"""What other people's test suites use."""
