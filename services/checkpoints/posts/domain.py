"""Which posts there are. They stand in the profile; here is how an unknown one is refused. Pure."""

from collections.abc import Iterable

from shared.errors import FieldProblem, Text, Unprocessable
from shared.profile import Post, Profile

_UNKNOWN = Text(vi="Không có chốt nào có mã này.", en="There is no post with this id.")


def require_post(profile: Profile, post_id: str, *, field: str = "post") -> Post:
    """The post with this id.

    Raises:
        Unprocessable: `unknown-post`; the problem names `field`.
    """
    found = next((post for post in profile.posts if post.id == post_id), None)
    if found is None:
        raise Unprocessable("unknown-post", _UNKNOWN, fields=[FieldProblem(field, _UNKNOWN)])
    return found


def require_posts(profile: Profile, post_ids: Iterable[str], *, field: str = "posts") -> None:
    """Refuses a list that names a post that does not exist."""
    for post_id in post_ids:
        require_post(profile, post_id, field=field)
