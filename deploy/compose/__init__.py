"""What `docker-compose.yml` does beside its services: keys, owners, the replica set and topics; copies.

Each is a program (`python -m deploy.compose.<name>`) that may be run again at any time and takes nothing away.
"""
