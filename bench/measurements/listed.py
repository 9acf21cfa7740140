"""All measurements, in the order of the page."""

from bench.measurements import (
    accept,
    alerts,
    backlog,
    latency,
    names,
    pipeline,
    store,
    triage,
    verdict,
    webhooks,
)
from bench.sections import Measurement

MEASUREMENTS: tuple[Measurement, ...] = (
    pipeline.MEASUREMENT,
    backlog.MEASUREMENT,
    latency.MEASUREMENT,
    accept.MEASUREMENT,
    triage.MEASUREMENT,
    verdict.MEASUREMENT,
    names.MEASUREMENT,
    alerts.MEASUREMENT,
    webhooks.MEASUREMENT,
    store.MEASUREMENT,
)
