"""Models over sparse matrices of people × items: fitting, judging, serving, storing.

Pure: arrays in, arrays out; no Django, no settings, no clock, no unseeded randomness.
`docs/engine.md` is the map.
"""
