"""Mutation testing of the judge and of the bundled CLI: small changes to the code; a unit test must notice each.

`make test-verdict` runs it with mutmut, in a copy below `.cache/` that does not stay. A mutant that no test notices is
a survivor. `survivors.yaml` lists those that no test can notice, or need notice, with the reason; the run is red where
a survivor stands in no row, where a row matches no survivor any more, and where a module is under its goal.

A row:

    - module: e2e_common/results.py
      function: _typed                  # Class.method for a method
      line: "if key not in raw:"        # what is changed, as it stands there
      becomes: ["if key in raw:"]       # what stands there instead, in each of the mutants
      reason: "equivalent: …"           # why no test notices

What mutmut does not change: module-level constants (among them the regular expressions), calls of `len` and
`isinstance`, and decorated functions; the copy has its properties as undecorated functions, so those are changed.
"""
