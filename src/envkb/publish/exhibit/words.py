"""What a dossier says in every case: what proofs prove, how to check them, and the form for a qualified person."""

from typing import Final

EXPLANATIONS: Final = (
    (
        "A digest proves sameness",
        (
            "The SHA-256 digest in a citation fits one file alone: nobody knows how to make another file with it. "
            "Whoever holds a file with that digest holds the file that was cited. It does not prove that what the "
            "file says is true, who wrote it, or when."
        ),
    ),
    (
        "A signature proves a key",
        (
            "It shows that whoever held a key signed exactly these bytes. That the key was a certain person's, "
            "and in that person's hands alone, is for that person, and for those who vouched for the key, to say. "
            "The date inside a record or a statement is claimed by its author."
        ),
    ),
    (
        "A witness proves that somebody else knew",
        (
            "A witness has signed that they read and understood the record. A record that only its author has "
            "seen corroborates little."
        ),
    ),
    (
        "The log proves order",
        (
            "The log is only ever appended to. Whoever remembers one of its checkpoints can tell when anything "
            "before it was changed or taken out. The date of an entry is claimed by who runs the log: alone, it "
            "proves no time."
        ),
    ),
    (
        "A time-stamp proves that it existed",
        (
            "An authority attests that a digest existed at a time, not who had it. How far the authority is "
            "trusted is for the reader to judge; some jurisdictions presume the time of qualified authorities "
            "alone to be right."
        ),
    ),
    (
        "What nothing here proves",
        (
            "That the measurements are right, that the machine was what it seemed, that nothing was left out. "
            "Courts and offices decide what evidence is worth. To publish an invention can destroy its novelty."
        ),
    ),
)
"""Heading and text of each explanation."""

CERTIFICATION: Final = """\
1. My name is ______________________________________________
   My position and qualification: ___________________________
   ___________________________________________________________

2. I am familiar with how the records listed in this exhibit were
   made and kept, because ___________________________________
   ___________________________________________________________

3. On (date) ____________________ I obtained the files from
   ___________________________________________________________

4. I computed the SHA-256 digest of each record's file with
   (program and version) ____________________________________
   and found each equal to the digest stated in this exhibit.
   [ ] yes    [ ] no, except: _______________________________

5. I carried out the further steps of "How to check it":
   [ ] log    [ ] signatures    [ ] time-stamps
   with the results attached.

6. The records were made by a process or system that produces an
   accurate result, because _________________________________
   ___________________________________________________________

I certify that the foregoing is true and correct.

Place, date ___________________   Signature ___________________
"""
"""The form, in plain text."""
