"""One run: from settings and a data set to a directory with verdicts, votes and a submission."""
