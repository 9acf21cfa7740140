"""What a reading is made of; the words it looks for and the rules it follows are data of the profile."""

from dataclasses import dataclass
from enum import StrEnum


class ReportKind(StrEnum):
    """What the reporter chose; kept beside the category, never overwritten by it."""

    SUSPECTED_INFECTION = "suspected_infection"
    MEDICAL_SUPPORT = "medical_support"
    VIOLATION = "violation"
    MISINFORMATION = "misinformation"
    QUESTION = "question"
    EDUCATION_SUPPORT = "education_support"


class Category(StrEnum):
    """What the text says."""

    SUSPECTED_INFECTION = "suspected_infection"
    MEDICAL_SUPPORT = "medical_support"
    VIOLATION = "violation"
    MISINFORMATION = "misinformation"
    QUESTION = "question"
    HEALTH_DECLARATION = "health_declaration"
    LODGING = "lodging"
    HOSPITAL_APPOINTMENT = "hospital_appointment"
    OTHER = "other"


class Urgency(StrEnum):
    EMERGENCY = "emergency"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for low to 3 for emergency, so that urgencies can be compared."""
        return _RANKS[self]


_RANKS = {Urgency.LOW: 0, Urgency.NORMAL: 1, Urgency.HIGH: 2, Urgency.EMERGENCY: 3}


class Agency(StrEnum):
    CDC = "cdc"
    POLICE = "police"
    HOSPITAL = "hospital"
    CHECKPOINT = "checkpoint"
    INFORMATION_DESK = "information-desk"
    EDUCATION = "education"


class Symptom(StrEnum):
    FEVER = "fever"
    COUGH = "cough"
    DYSPNEA = "dyspnea"
    SORE_THROAT = "sore_throat"
    ANOSMIA = "anosmia"
    FATIGUE = "fatigue"
    DIARRHEA = "diarrhea"
    HEADACHE = "headache"
    CHEST_PAIN = "chest_pain"
    LOSS_OF_CONSCIOUSNESS = "loss_of_consciousness"
    RUNNY_NOSE = "runny_nose"
    MYALGIA = "myalgia"
    CHILLS = "chills"
    VOMITING = "vomiting"
    ABDOMINAL_PAIN = "abdominal_pain"
    RASH = "rash"
    CYANOSIS = "cyanosis"
    CONVULSION = "convulsion"
    LOW_SPO2 = "low_spo2"
    DIZZINESS = "dizziness"
    BLEEDING = "bleeding"
    SNEEZING = "sneezing"


class ViolationKind(StrEnum):
    QUARANTINE_BREACH = "quarantine_breach"
    GATHERING = "gathering"
    NO_MASK = "no_mask"
    ILLEGAL_ENTRY = "illegal_entry"
    EVADING_CHECKPOINT = "evading_checkpoint"
    PRICE_GOUGING = "price_gouging"
    UNDECLARED_RETURN = "undeclared_return"
    FALSE_DECLARATION = "false_declaration"
    FAKE_CERTIFICATE = "fake_certificate"
    ILLEGAL_BUSINESS = "illegal_business"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailStep:
    """One reason: the rule's id, the words that fired it (as written, lower case), and what followed."""

    rule: str
    words: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text comes to.

    Attributes:
        agencies: who must act, the first to act first; never empty.
        dates: ISO dates, relative ones ("hôm qua") counted from the `now` given to the reading.
        from_epidemic_area: None when the text does not say.
        contradiction: the reporter chose a kind that the text does not bear out; a person should look.
        confidence: 0 to 1, how clear the category was; not a probability of being right.
    """

    category: Category
    urgency: Urgency
    agencies: tuple[Agency, ...]
    symptoms: tuple[Symptom, ...]
    negated_symptoms: tuple[Symptom, ...]
    violation: ViolationKind | None
    places: tuple[str, ...]
    dates: tuple[str, ...]
    from_epidemic_area: bool | None
    contradiction: bool
    trail: tuple[TrailStep, ...]
    rules_version: str
    confidence: float
