"""The event catalogue, made from the registry of `shared.events` and from nothing else.

    python -m shared.events.catalogue write         JSON Schemas, docs/events.md, the AsyncAPI documents
    python -m shared.events.catalogue check         names what is out of date
    python -m shared.events.catalogue compatible    names what would break readers or writers (--base REF)

What is published depends on the contracts alone, so the same contracts give the same bytes on every machine.
"""
