"""HTML forms validated by the same `Command` that the API takes: one set of rules, two spellings.

form = await read_form(request, ReceiveReport)
if isinstance(form, FormErrors):
    return pages.render(request, "report.html", status=422, form=form.values, errors=errors_of(form.problems))
"""

import re
import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin

from pydantic import AwareDatetime, BaseModel, ValidationError
from starlette.requests import Request

from shared.errors import FieldProblem, Malformed, Text
from shared.http.wording import field_problem
from shared.security.forgery import TOKEN_FIELD

MAX_FIELDS = 100
_FormModel = TypeVar("_FormModel", bound=BaseModel)

_LISTS = (tuple, list, set, frozenset)
_MOMENTS = frozenset({datetime, AwareDatetime})
_YES_OR_NO = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False, "no": False}
_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,15}(?:[.,][0-9]{1,15})?")
_LOCAL_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")
_HANOI_OFFSET = "+07:00"  # browsers send a datetime-local field without an offset; Vietnam has had one since 1975


@dataclass(frozen=True)
class FormValues:
    """What was typed, to be shown again: `form.phone`; a field nobody filled in is the empty string."""

    fields: Mapping[str, str]

    def __getattr__(self, name: str) -> str:
        return self.fields.get(name, "")

    def __getitem__(self, name: str) -> str:
        return self.fields.get(name, "")


@dataclass(frozen=True)
class FormErrors:
    """A form that may not pass: what was typed (single fields and lists), and what to do about each problem."""

    values: FormValues
    lists: Mapping[str, tuple[str, ...]]
    problems: tuple[FieldProblem, ...]

    def chosen(self, name: str) -> tuple[str, ...]:
        """The ticked values of a group of checkboxes."""
        return self.lists.get(name, ())


async def read_form(request: Request, model: type[_FormModel]) -> _FormModel | FormErrors:
    """The form of a request as `model`.

    Empty fields count as left out; names with dots are fields of fields (`subject.phone`); a list takes every value
    of its name; unticked checkboxes take the model's default; local times are Vietnam's. The form token and files
    are no part of it.

    Raises:
        Malformed: it is no form, or one with more than 100 fields.
    """
    typed = await _typed(request)
    try:
        return model.model_validate(_document(model, typed, ""))
    except ValidationError as error:
        problems = (field_problem({**fault, "loc": ("body", *fault["loc"])}) for fault in error.errors())
        return FormErrors(
            FormValues({name: values[-1] for name, values in typed.items()}),
            {name: tuple(values) for name, values in typed.items()},
            tuple(FieldProblem(problem.field, problem.text) for problem in problems),
        )


async def _typed(request: Request) -> dict[str, list[str]]:
    form = await request.form(max_fields=MAX_FIELDS, max_files=MAX_FIELDS)
    pairs = form.multi_items()
    if len(pairs) > MAX_FIELDS:
        raise Malformed(
            "malformed-request",
            Text(f"Biểu mẫu có hơn {MAX_FIELDS} mục.", f"The form has more than {MAX_FIELDS} fields."),
        )
    typed: dict[str, list[str]] = {}
    for name, value in pairs:
        if isinstance(value, str) and name != TOKEN_FIELD:
            typed.setdefault(name, []).append(value)
    return typed


def _document(model: type[BaseModel], typed: Mapping[str, Sequence[str]], prefix: str) -> dict[str, Any]:
    """The typed strings in the shape of `model`; names it doesn't know stay in, so that they are refused."""
    document: dict[str, Any] = {}
    names = {name.removeprefix(prefix).partition(".")[0] for name in typed if name.startswith(prefix)}
    for name in names:
        field = model.model_fields.get(name)
        values = typed.get(prefix + name, ())
        members = _members(field.annotation) if field else ()
        inner = next((member for member in members if _is_model(member)), None)
        if inner is not None:
            if nested := _document(inner, typed, f"{prefix}{name}."):
                document[name] = nested
        elif (value := _value(members, [value for value in values if value.strip()])) is not None:
            document[name] = value
    return document


def _value(members: Sequence[Any], values: Sequence[str]) -> Any:
    for member in members:
        if get_origin(member) in _LISTS:
            (first, *_) = get_args(member) or (str,)
            return tuple(_scalar(tuple(_members(first)), value) for value in values)
    return _scalar(members, values[-1]) if values else None


def _scalar(members: Sequence[Any], value: str) -> Any:
    """The string as the type of its field, if it reads as one; else as it is, for pydantic to say what is wrong."""
    plain = value.strip()
    if bool in members:
        return _YES_OR_NO.get(plain.lower(), value)
    if int in members and _INTEGER.fullmatch(plain):
        return int(plain)
    if float in members and _NUMBER.fullmatch(plain):
        return float(plain.replace(",", "."))
    if not _MOMENTS.isdisjoint(members) and _LOCAL_MOMENT.fullmatch(plain):
        return plain + _HANOI_OFFSET
    return value


def _is_model(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, BaseModel)


def _members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a type without their annotations: `Annotated[int, …] | None` is `(int, NoneType)`."""
    return tuple(_alternatives(annotation))


def _alternatives(annotation: Any) -> Iterator[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        yield from _alternatives(get_args(annotation)[0])
    elif origin in {Union, cast("Any", types.UnionType)}:
        for member in get_args(annotation):
            yield from _alternatives(member)
    else:
        yield annotation
