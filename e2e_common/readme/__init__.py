"""The README's tables, made from what the repository holds: suites and error texts (`make readme`)."""
