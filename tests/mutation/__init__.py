"""Mutation testing of the judge and of the bundled CLI: small changes to the code; a unit test must notice each.

`make test-verdict` runs it with mutmut, in a copy below `.cache/` that does not stay. It prints the share of each
module's mutants that a test notices, and each mutant that none does; it fails where a module is under its goal.

What mutmut does not change: module-level constants (among them the regular expressions), calls of `len` and
`isinstance`, and decorated functions; the copy has its properties as undecorated functions, so those are changed.
"""
