"""`make mutate-<suite>`: change one recorded fact at a time, and replay: does each change turn its request red?

facts.py says what the facts of a recorded request are, changing.py how one is changed, variants.py makes of each change
a trace of its own, session.py replays them all (with replayer.py) and asks the judge, outcome.py counts.
"""
