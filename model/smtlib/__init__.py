"""Questions as SMT-LIB 2.6, as text: a witness apart from `model/smt/`, which it shares nothing with."""
