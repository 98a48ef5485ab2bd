"""The tables, declared once, in modules by subject; names are those of DESIGN.md §4.

Whoever speaks SQL imports those it needs, so that the first rows wait for no others; `everything`
has them all. Migrations create them, and a test holds both to the same shape.
"""
