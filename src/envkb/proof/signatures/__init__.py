"""Signatures of authors and witnesses: made by `ssh-keygen`, judged here, verified by anyone who has OpenSSH."""
