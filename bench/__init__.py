"""Measurements: `make bench` compares full logins with other servers (bench/logins); a file here measures one part."""
