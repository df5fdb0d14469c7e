"""Small faults of the kind an SDK developer makes by accident. Each must turn its suite red, at the right request.

`make test-faults` runs them all, two at a time; `SUITES=redis` those of one suite, `FAULT='*pipeline*'` those whose
name matches, `SIXTH=1` (2, … 6) every sixth of each suite.

A fault is a row in `<suite>.yaml`, below the file of the SDK that it is in; a suite that was just made has none yet,
which a run of several suites says. To add one, read the SDK's source (`drift/` in
`.cache/envs/*/lib/python3*/site-packages`), think of an edit that a developer could take for harmless, and write:

    instrumentation/redis/instrumentation.py:         # below drift/
    - fault: a pipeline's last reply is lost          # a name of its own
      diff: |2                                        # whole lines that occur there once, the first no deeper than the
        -return [self.one(r) for r in results]        # others; how deep all of them stand does not matter
        +return [self.one(r) for r in results[:-1]]
      red: ["pipeline*"]                              # the requests that it breaks: names or patterns of names
      says: not as recorded                           # part of the reason's words; may be left out
      only: "pipeline, errors"                        # sends only these requests (E2E_ONLY); may be left out

Write `red` from what the edit breaks, before the fault is run. Caught is a fault whose run ends with 1 (failed), and
whose reason, the first failure, names a request in `red` (and holds `says`). A fault that stays green, or is red
elsewhere, is a request, a rule or a part of an answer that is missing: it is to be mended there. `red: ["*"]` proves
that something is red, and no more: it is for faults that break every request. What belongs to no request (what the
application does at its start, say) is `red: [(none)]`, and then `says` must be there; where names stand beside it,
`says` is for a reason that names none of them.

`only` is for faults in requests with a known failure: what is pinned there must not hide what else goes wrong. Where
that request is not recorded, the pattern must bring along one that is: a run that replays nothing ends with 4.

The edit is made in a copy of the installed SDK in a temporary folder, and the suite runs as ever, with E2E_SDK on that
copy. The first run of each suite is with a copy that has no fault, and must be green: else the others prove nothing.
(But for `SIXTH`, which is for CI, where every suite has just been green.)
"""
