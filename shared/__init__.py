"""What the four services share: contracts, the one mechanism, identity, security, HTTP and pages.

Nothing in here imports a service.
"""
