"""Moving into a directory that was there before: what a server lacks, what a tree holds, how it is undone."""
