"""The rules of the verdict (docs/verdict.md), a function each: evidence in, failures out, in order of the requests."""
