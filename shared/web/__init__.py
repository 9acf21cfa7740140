"""The page layer of all four services: templates, components, languages, assets, live streams and dashboards.

Vietnamese is the language of the source strings; English comes from the catalogues in `locales/en`, one per
domain (`shared` and one per service), compiled when a service starts. Pages are whole without JavaScript.
"""
