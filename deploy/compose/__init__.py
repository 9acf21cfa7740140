"""What `docker-compose.yml` does once, before anything else: keys, folders, the replica set, topics.

Each is a program (`python -m deploy.compose.<name>`) that may be run again at any time and changes nothing then.
"""
