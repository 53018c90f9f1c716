"""The worker: runs one benchmark under the interpreter that is to be measured, and prints what it saw.

The modules here are a program of their own: the standard library, what they measure (numpy, torch), Python 3.8 and
later. `envkb.bench.payload` joins them into one text, which is piped to `python -I -` or copied as one file.
"""
