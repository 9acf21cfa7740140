"""What `docker-compose.yml` does beside its services: keys, folders, the replica set and topics at first; copies later.

Each is a program (`python -m deploy.compose.<name>`) that may be run again at any time and takes nothing away.
"""
