"""The README's tables, made from what the repository holds: suites, known failures, error texts (`make readme`)."""
