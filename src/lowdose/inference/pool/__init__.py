"""Many people's courses together, without sharing a diary: pooling is a sum of arrays."""
