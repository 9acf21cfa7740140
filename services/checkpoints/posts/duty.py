"""Who is on duty where: agencies may do what is theirs, a field officer works at one post."""

from shared.errors import FieldProblem, Forbidden, Text, Unprocessable
from shared.security import Person, Role

COMMAND = "checkpoint"
"""The agency that commands all posts."""

_OTHERS_WORK = Text(
    vi="Việc này thuộc cơ quan khác; tài khoản của bạn không làm được.",
    en="This is another agency's to do; your account may not.",
)
_OTHER_POST = Text(
    vi="Tài khoản của bạn làm việc ở chốt khác. Hãy gửi cho chốt của mình.",
    en="Your account works at another post. Send it for your own post.",
)
_WHICH_POST = Text(vi="Hãy cho biết chốt nào.", en="Say which post this is.")


def belongs_to(person: Person, *agencies: str) -> bool:
    """Whether the person speaks for one of these agencies, or for the committee, which may do it for any.

    An agency's software speaks for it by its key, whoever's account that hangs on; the key's scope says what about.
    """
    speaks = Role.OFFICER in person.roles or person.via == "api_key"
    return Role.COMMITTEE in person.roles or (speaks and person.agency in agencies)


def require_agency(person: Person, *agencies: str) -> None:
    """Refuses who belongs neither to one of these agencies nor to the committee.

    Raises:
        Forbidden: `not-permitted`.
    """
    if not belongs_to(person, *agencies):
        raise Forbidden("not-permitted", _OTHERS_WORK)


def post_of(person: Person, named: str | None) -> str:
    """The post that the person records for: a field officer's own, any for the posts' command.

    Raises:
        Forbidden: it is another officer's post.
        Unprocessable: nothing says which post.
    """
    if belongs_to(person, COMMAND) and named is not None:
        return named
    if person.post is not None:
        if named not in {None, person.post}:
            raise Forbidden("not-permitted", _OTHER_POST)
        return person.post
    if not belongs_to(person, COMMAND):
        raise Forbidden("not-permitted", _OTHER_POST)
    raise Unprocessable("invalid-fields", _WHICH_POST, fields=[FieldProblem("post", _WHICH_POST)])
