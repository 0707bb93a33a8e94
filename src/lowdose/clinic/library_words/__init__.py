"""What the library writes in English, said in the reader's language.

`phrases` matches a sentence against tables of what the library can say; the other modules are
those tables. A test reads the library and fails where it can say something that no table has.
"""
