"""The rules of the verdict (design.md), one function each: evidence in, failures out, in the order of the requests."""
