"""Who is asking, and whether they may: tokens, API keys, passwords, requests forged by other sites.

- `people`: `Person` and `Role`; `wiring`: what an app needs, and the FastAPI dependencies (`require`, …);
- `tokens`, `sessions`: sign-in tokens and the one cookie of all four services;
- `api_keys`, `passwords`: what routing issues and stores; `accounts_view`: every service's projection of accounts;
- `forgery`: Origin and form tokens; `links`: where a sign-in may lead back to;
- `keys`, `sealing`: secrets from the settings, and bytes that only their holder can read.
"""
