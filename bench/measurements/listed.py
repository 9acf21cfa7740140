"""All measurements, in the order of the page."""

from bench.measurements import accept, pipeline, triage
from bench.sections import Measurement

MEASUREMENTS: tuple[Measurement, ...] = (pipeline.MEASUREMENT, accept.MEASUREMENT, triage.MEASUREMENT)
