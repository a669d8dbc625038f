"""A third reading of the language, from `spec/LANGUAGE.md` alone: simple, slow, and complete on small formats.

It knows the parser's tree and nothing else of the product: neither its checker, nor its handling of `define`s, nor its
evaluator, encoding or provers. What has no value is `None`.
"""
