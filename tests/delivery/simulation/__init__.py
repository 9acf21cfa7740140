"""The mechanism on a store and a broker in memory, with faults between any two operations, replayed by a seed.

Real are `Aggregates`, `Publisher`, `Relay`, `GroupLoop` and the handlers; only what they talk to is not. It finds a
fault in seconds. It stands beside the tests on real servers and never takes their place.
"""
