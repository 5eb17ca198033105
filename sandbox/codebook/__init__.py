"""The codebook of a release: what its tables and columns mean, how they are spread, and how to ask, for all to read."""
