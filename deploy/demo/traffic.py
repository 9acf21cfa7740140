"""Permits, the watch list, and the vehicles and travellers at the posts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Literal

from deploy.demo.actions import Action, ActionKind, Expectation, Pass, Permit, PermitState, Person, Traveller, Watch
from deploy.demo.chance import chance, draw
from deploy.demo.hours import ROADS, moment
from deploy.demo.scene import Scene
from shared.profile import Area, Post, Verdict

_VEHICLES = {"motorbike": 48, "car": 24, "lorry": 14, "coach": 8, "tractor": 6}
_PURPOSES = {
    "motorbike": ("đi làm hằng ngày", "khám chữa bệnh", "giao hàng", "về nhà chịu tang"),
    "car": ("công vụ", "khám chữa bệnh", "đi làm hằng ngày", "đưa đón chuyên gia"),
    "coach": ("đưa đón công nhân", "đưa công dân về quê"),
    "lorry": ("vận chuyển hàng hóa",),
    "tractor": ("vận chuyển hàng hóa liên tỉnh",),
}
_GOODS = ("rau củ", "gạo", "thủy sản", "xi măng", "thuốc và vật tư y tế", "xăng dầu", "hàng may mặc", "dăm gỗ")
_ORIGINS = ("Quảng Trị", "Quảng Bình", "Nghệ An", "Quảng Ngãi", "Thanh Hóa", "Gia Lai")
_ARRIVE_ON_FOOT = frozenset({"air", "rail", "sea"})
_STRICTER: Mapping[Verdict, frozenset[Verdict]] = {
    "test": frozenset({"test", "isolate", "screen", "hospital_pickup", "refuse"}),
    "isolate": frozenset({"isolate", "hospital_pickup", "refuse"}),
}
_NOT_ALLOWED: frozenset[Verdict] = frozenset({"test", "isolate", "screen", "hospital_pickup", "refuse"})
_EXPIRED_SHARE = 0.06


@dataclass(frozen=True, slots=True)
class Issued:
    """A permit with the action that issues it."""

    action: Action
    permit: Permit
    is_expired: bool


def plan_permits(scene: Scene, count: int) -> list[Issued]:
    """Permits, issued in the first half hour, before the posts fill; a few of them ended yesterday."""
    rng = scene.source("permits")
    return [_issue(scene, rng, number) for number in range(count)]


def plan_watchlist(scene: Scene, count: int) -> list[Action]:
    """New entries: plates, identity numbers, names and phones by turns; of each five, one comes late in the day."""
    rng = scene.source("watchlist")
    return [_watch(scene, rng, number) for number in range(count)]


def plan_passes(scene: Scene, count: int, permits: Sequence[Issued], watched: Sequence[Action]) -> list[Action]:
    """Vehicles and travellers at the posts, of every sort that needs a decision."""
    rng = scene.source("passes")
    sorts = _Sorts(scene, rng, permits, watched)
    return [sorts.draw(number) for number in range(count)]


def _issue(scene: Scene, rng: Random, number: int) -> Issued:
    vehicle = draw(rng, _VEHICLES)
    holder = scene.people.somebody()
    is_freight = vehicle in {"lorry", "tractor"}
    is_expired = chance(rng, _EXPIRED_SHARE)
    posts = [post.id for post in scene.profile.posts if post.mode == "road"]
    permit = Permit(
        holder=holder,
        plate=scene.plates.of(vehicle),
        trailer=scene.plates.of("trailer") if vehicle == "tractor" else None,
        vehicle=vehicle,
        purpose=rng.choice(_PURPOSES[vehicle]),
        goods=rng.choice(_GOODS) if is_freight else None,
        origin=rng.choice(_ORIGINS),
        destination_ward=rng.choice(scene.profile.wards).id,
        posts=tuple(posts if is_freight else sorted(rng.sample(posts, 3))),
        starts=scene.start - timedelta(days=10 if is_expired else 1),
        ends=scene.start - timedelta(days=1) if is_expired else scene.start + timedelta(days=14),
    )
    scene.planter.person(holder)
    for plate in (permit.plate, permit.trailer):
        if plate is not None:
            scene.planter.in_field("plate", plate)
    at = timedelta(milliseconds=rng.randrange(30 * 60_000))
    action = Action(key=scene.key("permit", number), at=at, kind=ActionKind.PERMIT, payload=permit)
    return Issued(action, permit, is_expired)


def _watch(scene: Scene, rng: Random, number: int) -> Action:
    person = scene.people.somebody()
    by: Literal["plate", "cccd", "phone", "name"] = ("plate", "cccd", "plate", "name", "phone")[number % 5]
    values = {
        "plate": lambda: scene.plates.of(rng.choice(("motorbike", "car", "lorry"))),
        "cccd": lambda: person.cccd,
        "phone": lambda: person.phone,
        "name": lambda: person.name,
    }
    watch = Watch(
        by=by,
        value=values[by](),
        reason=rng.choice(("F1 chưa đến nơi cách ly", "Rời khu cách ly", "Né chốt kiểm soát", "Giấy xét nghiệm giả")),
        source=rng.choice(("cdc", "police")),
        expires=scene.start + timedelta(days=rng.choice((7, 14, 30))),
    )
    scene.planter.in_field(by, watch.value)
    is_late = number % 5 == 4  # noqa: PLR2004 - the last of five
    at = timedelta(hours=20 if is_late else 0, milliseconds=rng.randrange(30 * 60_000))
    return Action(key=scene.key("watch", number), at=at, kind=ActionKind.WATCH, payload=watch)


def _wanted(person: Person, watch: Watch) -> Person:
    """The one whom the entry is about, as far as it tells."""
    if watch.by == "cccd":
        return replace(person, cccd=watch.value)
    return replace(person, phone=watch.value) if watch.by == "phone" else replace(person, name=watch.value)


class _Sorts:
    """The sorts of passes, and how often each comes."""

    def __init__(self, scene: Scene, rng: Random, permits: Sequence[Issued], watched: Sequence[Action]) -> None:
        self._scene = scene
        self._rng = rng
        self._good = [issued for issued in permits if not issued.is_expired]
        self._expired = [issued for issued in permits if issued.is_expired]
        self._watched = [action for action in watched if action.at < timedelta(hours=1)]
        self._sorts: dict[Callable[[timedelta], tuple[Pass, Expectation]], int] = {
            self._in_order: 54,
            self._without_permit: 10,
            self._on_foot: 8,
            self._from_area: 9,
            self._long_since_area: 2,
            self._feverish: 4,
            self._with_expired: 4 if self._expired else 0,
            self._with_forged: 3,
            self._with_other_vehicle: 2,
            self._on_watch_list: 3 if self._watched else 0,
            self._with_odd_plate: 2,
        }

    def draw(self, number: int) -> Action:
        """One pass, an hour after midnight at the earliest, when all permits are out."""
        at = moment(self._rng, ROADS, after=timedelta(hours=1))
        sort = draw(self._rng, self._sorts)
        seen, expect = sort(at)
        for traveller in seen.people:
            self._scene.planter.person(traveller.person)
        for plate in (seen.plate, seen.trailer):
            if plate is not None:
                self._scene.planter.in_field("plate", plate)
        key = self._scene.key("pass", number)
        return Action(key=key, at=at, kind=ActionKind.PASS, payload=seen, expect=expect)

    def _in_order(self, at: timedelta) -> tuple[Pass, Expectation]:
        return self._with(self._rng.choice(self._good), "good", at), Expectation(verdicts=frozenset({"allow"}))

    def _without_permit(self, at: timedelta) -> tuple[Pass, Expectation]:
        vehicle = self._rng.choice(("motorbike", "motorbike", "car"))
        return self._seen(at, self._road(), vehicle, self._scene.plates.of(vehicle)), Expectation()

    def _on_foot(self, at: timedelta) -> tuple[Pass, Expectation]:
        post = self._rng.choice([post for post in self._scene.profile.posts if post.mode in _ARRIVE_ON_FOOT])
        return self._seen(at, post, "foot", None), Expectation()

    def _from_area(self, at: timedelta) -> tuple[Pass, Expectation]:
        area = self._rng.choice(self._scene.profile.areas_at(self._scene.when(at)))
        seen = self._came_from(area, self._rng.randrange(0, area.days // 2), at)
        verdicts = _STRICTER.get(area.verdict, _NOT_ALLOWED)
        return seen, Expectation(verdicts=verdicts, flags=frozenset({"epidemic_area"}))

    def _long_since_area(self, at: timedelta) -> tuple[Pass, Expectation]:
        area = self._rng.choice(self._scene.profile.areas_at(self._scene.when(at)))
        seen = self._came_from(area, area.days + self._rng.randrange(3, 20), at)
        return seen, Expectation(verdicts=frozenset({"allow"}))

    def _feverish(self, at: timedelta) -> tuple[Pass, Expectation]:
        seen = self._with(self._rng.choice(self._good), "good", at)
        ill = replace(seen.people[-1], temperature=self._rng.randrange(380, 396) / 10, symptoms=("fever", "cough"))
        return replace(seen, people=(*seen.people[:-1], ill)), Expectation(verdicts=_NOT_ALLOWED)

    def _with_expired(self, at: timedelta) -> tuple[Pass, Expectation]:
        return self._with(self._rng.choice(self._expired), "expired", at), Expectation(verdicts=_NOT_ALLOWED)

    def _with_forged(self, at: timedelta) -> tuple[Pass, Expectation]:
        seen = self._with(self._rng.choice(self._good), "forged", at)
        return seen, Expectation(verdicts=_NOT_ALLOWED, flags=frozenset({"bad_permit"}))

    def _with_other_vehicle(self, at: timedelta) -> tuple[Pass, Expectation]:
        issued = self._rng.choice(self._good)
        seen = self._with(issued, "other_vehicle", at)
        other = self._scene.plates.of(issued.permit.vehicle)
        trailer = self._scene.plates.of("trailer") if seen.trailer else None  # one of both right is another question
        return replace(seen, plate=other, trailer=trailer), Expectation(verdicts=_NOT_ALLOWED)

    def _on_watch_list(self, at: timedelta) -> tuple[Pass, Expectation]:
        watch = self._rng.choice(self._watched).payload
        assert isinstance(watch, Watch)  # noqa: S101 - plan_watchlist makes nothing else
        plate = watch.value if watch.by == "plate" else self._scene.plates.of("car")
        seen = self._seen(at, self._road(), "car", plate)
        if watch.by != "plate":
            wanted = _wanted(seen.people[0].person, watch)
            seen = replace(seen, people=(replace(seen.people[0], person=wanted), *seen.people[1:]))
        return seen, Expectation(flags=frozenset({"watchlist_hit"}))

    def _with_odd_plate(self, at: timedelta) -> tuple[Pass, Expectation]:
        return self._seen(at, self._road(), "car", self._scene.plates.odd()), Expectation()

    def _came_from(self, area: Area, days_ago: int, at: timedelta) -> Pass:
        seen = self._with(self._rng.choice(self._good), "good", at)
        left = (self._scene.when(at).astimezone(self._scene.profile.province.zone) - timedelta(days=days_ago)).date()
        first = replace(seen.people[0], came_from=area.name.vi, area=area.id, left_area=left)
        return replace(seen, direction="enter", people=(first, *seen.people[1:]))

    def _with(self, issued: Issued, state: PermitState, at: timedelta) -> Pass:
        """The permit's own vehicle with its holder, at one of its posts."""
        permit = issued.permit
        post = self._scene.profile.post(self._rng.choice(permit.posts))
        seen = self._seen(at, post, permit.vehicle, permit.plate, driver=permit.holder)
        return replace(seen, trailer=permit.trailer, permit=issued.action.key, permit_state=state)

    def _seen(self, at: timedelta, post: Post, vehicle: str, plate: str | None, driver: Person | None = None) -> Pass:
        rng = self._rng
        seats = {"coach": 5, "car": 3, "motorbike": 2}.get(vehicle, 1)
        people = [driver or self._scene.people.somebody()]
        people += [self._scene.people.somebody() for _ in range(rng.randrange(seats))]
        return Pass(
            post=post.id,
            lane=rng.randrange(1, post.lanes + 1),
            direction="enter" if chance(rng, 0.65) else "leave",
            vehicle=vehicle,
            plate=plate,
            trailer=None,
            people=tuple(self._healthy(person) for person in people),
            permit=None,
            permit_state="none",
            happened_at=self._scene.when(at),
        )

    def _healthy(self, person: Person) -> Traveller:
        rng = self._rng
        return Traveller(person=person, temperature=rng.randrange(360, 372) / 10, came_from=rng.choice(_ORIGINS))

    def _road(self) -> Post:
        return self._rng.choice([post for post in self._scene.profile.posts if post.mode == "road"])
