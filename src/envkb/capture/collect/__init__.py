"""The collector: reads an allow-list of files and runs an allow-list of commands, and judges nothing.

The modules here are a program of their own: standard library only, Python 3.8 and later. On this machine they are
imported; for another machine `envkb.capture.payload` joins them into one text that is piped to `python3 -`.
"""
