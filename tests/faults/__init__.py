"""Seeded faults in the SDK, as a developer could make them by accident. For each, the right request of its suite must
fail.

`make test-faults` runs them all, two at a time. `SUITES=redis` selects those of one suite, `FAULT='*pipeline*'` those
with a matching name, `SIXTH=1` (to 6) every sixth of each suite.

A fault is a row in `<suite>.yaml`, under the SDK's file that it edits. A new suite has no faults yet; a run of several
suites reports this. To add one, read the SDK's source (`drift/` in `.cache/envs/*/lib/python3*/site-packages`), think
of an edit that a developer could consider harmless, and write:

    instrumentation/redis/instrumentation.py:         # below drift/
    - fault: the last result of a pipeline is lost    # a unique name
      diff: |2                                        # whole lines that occur once in the file, the first indented no
        -return [self.one(r) for r in results]        # deeper than the others; common indentation is ignored
        +return [self.one(r) for r in results[:-1]]
      red: ["pipeline*"]                              # the requests that must fail: names or patterns of names
      says: not as recorded                           # part of the reason's text; optional
      only: "*pipeline* or WATCH"                     # the requests to send (E2E_ONLY), if not those of `red`; optional

Derive `red` from the edit before you run the fault. A fault is detected if its run ends with 1 (failed) and the reason
(the first failure) names a request in `red` and contains `says`. If the suite stays green, or another request fails, it
lacks a request, a rule or a part of a response: add that. `red: ["*"]` only proves that something fails; it is for
faults that break every request. For a fault outside any request (for example at the application's startup), write
`red: [(none)]`; then `says` is required. If `red` also has names, `says` applies to reasons that name no request.

The run sends only the requests in `red`; all if there is `(none)` or `*` among them. `only` is for a fault that needs
others: `only: "*"` sends all. If the request in `red` is not recorded, `only` must match another one that is: a run
that replays nothing ends with 4.

The edit is made in a copy of the installed SDK in a temporary folder; the suite runs with E2E_SDK set to that copy. The
first run of each suite uses a copy without a fault and must be green, otherwise the other runs prove nothing. (`SIXTH`
skips this: it is for CI, where every suite has just been green.)
"""
