"""The program that checks an exhibit with Python alone: here in parts, in the exhibit one file."""
