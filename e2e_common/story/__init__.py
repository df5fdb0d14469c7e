"""What a run did, told to a person: request by request (model.py), a red run's lines (red.py), `make explain-<suite>`
(explaining.py), `make traces-<suite>` (trace_table.py). A green run imports none of it."""
