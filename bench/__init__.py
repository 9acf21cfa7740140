"""How fast it is, beside what anybody else could use: `make bench` measures, docs/performance.md tells."""
