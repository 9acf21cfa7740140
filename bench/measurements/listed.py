"""All measurements, in the order of the page."""

from bench.measurements import accept, alerts, pipeline, store, triage, verdict, webhooks
from bench.sections import Measurement

MEASUREMENTS: tuple[Measurement, ...] = (
    pipeline.MEASUREMENT,
    accept.MEASUREMENT,
    triage.MEASUREMENT,
    verdict.MEASUREMENT,
    alerts.MEASUREMENT,
    webhooks.MEASUREMENT,
    store.MEASUREMENT,
)
