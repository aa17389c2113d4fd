"""What the generated models and resources share: no HTTP, no policy. `make generate` copies this folder."""
