"""What becomes of an urgency when the rules and the learned opinion differ."""

from services.routing.triage.decision import Facts, Policy
from services.routing.triage.domain import Category, TrailStep, Urgency
from services.routing.triage.opinion import Features, Opinion, Question

OPINION = "opinion"
RULED = "ruled."  # what the rules came to is a fact that the opinion sees


def weigh_urgency(
    opinion: Opinion,
    features: Features,
    ruled: tuple[Category, Urgency],
    policy: Policy,
    facts: Facts,
    trail: list[TrailStep],
) -> Urgency:
    """The rules' urgency, raised or lowered where the opinion is clear; the trail says that it was the opinion.

    A threat to life that a rule saw stays one, unless the text only tells of it (a question, a rumour, thanks) by its
    category, and the opinion speaks clearly against it. What holds a `quiet` fact (a joke, spam) is never
    raised.
    """
    category, urgency = ruled
    day, life = opinion.score(features)
    told_of = any(fact in facts for fact in policy.told_of)
    firm = any(fact in facts for fact in policy.firm)
    lowered = (told_of and day < policy.told_of_below) or (
        urgency is Urgency.HIGH and not firm and day < opinion.lowers
    )
    if urgency.rank >= Urgency.HIGH.rank and lowered:
        usual = policy.usual_urgency[category]
        against = opinion.reasons(features, Question.SAME_DAY, against=True)
        trail.append(_step(against, usual, day))
        return usual
    quiet = urgency is Urgency.EMERGENCY or any(fact in facts for fact in policy.quiet)
    if quiet or day < opinion.raises[Question.SAME_DAY]:
        return urgency
    if life >= opinion.raises[Question.LIFE]:
        trail.append(_step(opinion.reasons(features, Question.LIFE), Urgency.EMERGENCY, life))
        return Urgency.EMERGENCY
    if urgency is not Urgency.HIGH:
        trail.append(_step(opinion.reasons(features, Question.SAME_DAY), Urgency.HIGH, day))
    return Urgency.HIGH


def _step(words: str, urgency: Urgency, score: float) -> TrailStep:
    return TrailStep(rule=OPINION, words=words, effect=f"urgency {urgency} ({score:+.1f}, learned)")
