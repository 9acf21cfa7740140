"""Cases: what a report or a flag comes to, with a task and clocks for each agency (F28, F29, F33, F34, F35)."""
