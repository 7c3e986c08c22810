"""The schemes by which providers sign: a request, the secrets and the time in, verified events out."""
