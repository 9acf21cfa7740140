"""All house rules. A rule looks at a tree and says where it is broken; its docstring says what it wants."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

from tests.architecture.documents import decisions_enforced, links_lead_somewhere, named_tests_are_there
from tests.architecture.drivers import (
    documents_in_stores,
    handlers_let_errors_through,
    motor_in_stores,
    one_consumer_loop,
)
from tests.architecture.layout import (
    capability_files,
    packages_marked,
    prescribed_top,
    service_files,
    telling_names,
)
from tests.architecture.purity import frozen_domain, pure_domain
from tests.architecture.size import short_files, short_functions
from tests.architecture.vendored import vendored_as_recorded
from tests.architecture.wording import (
    nothing_of_one_machine,
    nothing_unfinished,
    reasons_for_exceptions,
    shared_modules_documented,
)

Rule: TypeAlias = Callable[[Path], Iterator[str]]

RULES: tuple[Rule, ...] = (
    capability_files,
    decisions_enforced,
    documents_in_stores,
    frozen_domain,
    handlers_let_errors_through,
    links_lead_somewhere,
    motor_in_stores,
    named_tests_are_there,
    nothing_of_one_machine,
    nothing_unfinished,
    one_consumer_loop,
    packages_marked,
    prescribed_top,
    pure_domain,
    reasons_for_exceptions,
    service_files,
    shared_modules_documented,
    short_files,
    short_functions,
    telling_names,
    vendored_as_recorded,
)
