"""What happens at the posts: permits, the watch list, vehicles and travellers with their verdicts."""

from deploy.demo.actions import Action, Pass, Permit, Watch
from deploy.demo.bodies import pass_body, permit_body, shown_code, watch_body
from deploy.demo.doors import Doors
from deploy.demo.ledger import Ledger
from deploy.demo.staff import OFFICERS, POST_OFFICER, POSTS_COMMAND, Staff

_OFFICERS_POST = "hai-van"
"""Where the demo's field officer works; the posts' command records for all others."""


class Roads:
    """Plays permits, entries of the watch list and passes."""

    def __init__(self, doors: Doors, staff: Staff, ledger: Ledger) -> None:
        self._doors = doors
        self._staff = staff
        self._ledger = ledger

    async def permit(self, action: Action, permit: Permit) -> None:
        officer = await self._staff.caller(POSTS_COMMAND)
        answered = await self._doors.post(
            "checkpoints", "/api/v1/permits", permit_body(permit), officer, key=action.key
        )
        self._ledger.timed("permit", answered)
        if answered.is_yes:
            self._ledger.permits[action.key] = answered.body["code"]
        else:
            self._ledger.surprised(action, "permit", answered)

    async def watch(self, action: Action, watch: Watch) -> None:
        officer = await self._staff.caller(OFFICERS[watch.source])
        answered = await self._doors.post(
            "checkpoints", "/api/v1/watchlist", watch_body(watch), officer, key=action.key
        )
        if answered.is_yes:
            self._ledger.watched.add(action.key)
        else:
            self._ledger.surprised(action, "watch", answered)

    async def record(self, action: Action, seen: Pass) -> None:
        """Record a pass; a retry must get the first verdict again."""
        officer = await self._staff.caller(POST_OFFICER if seen.post == _OFFICERS_POST else POSTS_COMMAND)
        body = pass_body(seen, self.code_shown(seen))
        answered = await self._doors.post("checkpoints", "/api/v1/passes", body, officer, key=action.key)
        self._ledger.timed("pass", answered)
        if not answered.is_yes:
            self._ledger.surprised(action, "pass", answered)
            return
        verdict, flags = answered.body["verdict"], set(answered.body["flags"])
        if action.retry:
            self._ledger.repeated.note(is_right=self._ledger.passes.get(action.key) == verdict)
            return
        self._ledger.passes[action.key] = verdict
        self._ledger.flagged.update((action.key, kind) for kind in flags)
        self._compare(action, verdict, flags)

    def _compare(self, action: Action, verdict: str, flags: set[str]) -> None:
        expect = action.expect
        if expect.verdicts:
            self._ledger.verdicts.note(is_right=verdict in expect.verdicts)
        if expect.flags:
            self._ledger.flags.note(is_right=expect.flags <= flags)
        if (expect.verdicts and verdict not in expect.verdicts) or not expect.flags <= flags:
            due = " or ".join(sorted(expect.verdicts)) or "any verdict"
            told = ", ".join(sorted(flags)) or "none"
            self._ledger.misjudged.append(
                f"{action.key}: {verdict} with flags {told}, due: {due} with {sorted(expect.flags)}"
            )

    def code_shown(self, seen: Pass) -> str | None:
        """What the driver holds out, if anything."""
        code = self._ledger.permits.get(seen.permit or "")
        return shown_code(code, seen.permit_state) if code else None
