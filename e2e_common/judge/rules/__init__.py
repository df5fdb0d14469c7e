"""The nine rules of the verdict (design.md), one function each: evidence in, failures out, in order of request."""
