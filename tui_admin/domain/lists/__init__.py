"""The lists of the program, a module for each: what a row is, and its fields spelt once.

Store, screens, command line and export read these declarations; a test holds them complete.
"""
