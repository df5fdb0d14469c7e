"""`make mutate-<suite>`: changes one recorded fact at a time and replays: does each change make its request fail?

facts.py finds the facts of a recorded request, changing.py changes one, variants.py creates a trace for each change and
counts which failed, __main__.py replays them all (with replayer.py) and calls the judge.
"""
