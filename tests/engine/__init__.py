"""The containers of `deploy/docker-compose.yml` on a Docker engine, restarted, killed, scaled, replaced while in use.

Run by `make test-engine`; `make test` counts them as not run.
"""
