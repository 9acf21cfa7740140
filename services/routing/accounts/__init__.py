"""Staff accounts: roles and agencies, passwords, API keys, sessions that can be ended (F41)."""
