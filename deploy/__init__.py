"""How the system is started: embedded, on Compose, on a cluster; and its command line."""
