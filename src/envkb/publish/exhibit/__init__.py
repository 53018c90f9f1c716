"""Dossiers that stand alone: records with all that proves them, for readers who have nothing of ours."""
