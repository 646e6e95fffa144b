"""The record of a run: its database (schema, writer, reader), its provenance, and several runs as one."""
