"""A generated year: the house lives it on a moved clock; an independent reading says what each of its mails means."""
