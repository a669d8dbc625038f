"""What has to be read by whoever doubts certificates: all that `parley verify` goes by, but for the parser.

What it shares with the rest of Parley is the parser and the tree that it makes. From the bottom: words.py, skeleton.py
(why a refutation is a proof), refutations.py (what one is), meaning.py (the language), then what claims come to:
policies.py, callers.py, sessions.py, inductions.py and examples.py; certificate.py and verify.py put it together.

What finds certificates is beside this folder, and need not be believed.
"""
