"""GBNF for plans: what a model that takes a grammar may write.

Well-formed by construction: only known tools, their parameters in order, literals of the right kind, names that exist,
files that are there. A name may be used only after its definition: since GBNF can't say that of one long text, the
planner asks for one line at a time and rebuilds the names' rules in between.
"""
