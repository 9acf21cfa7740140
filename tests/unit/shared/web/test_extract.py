from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from shared.settings import ROOT
from shared.web.extract import find_texts, lacks, main, update
from shared.web.language import catalogue_path

TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}


def a_tree(root: Path, **files: str) -> Path:
    """Files by path, with `/` written as `__`: `services__intake__reports__templates__a` is an HTML template."""
    for name, text in files.items():
        path = root / (name.replace("__", "/") + (".html" if "templates" in name else ".py"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_every_text_of_the_pages_has_its_english() -> None:
    assert [str(lack) for lack in lacks()] == []


def test_no_template_translates_a_variable() -> None:
    """`_(name)` would be unescaped, and no catalogue could know it: `name|translated` is the way."""
    faults = []
    for folder in ("shared", "services"):
        for path in (ROOT / folder).rglob("templates/**/*.html"):
            tree = Environment(extensions=["jinja2.ext.i18n"], autoescape=True).parse(path.read_text("utf-8"))
            faults += [f"{path}:{call.lineno}" for call in tree.find_all(nodes.Call) if is_of_a_variable(call)]
    assert faults == []


def is_of_a_variable(call: nodes.Call) -> bool:
    is_translation = isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING
    return is_translation and not isinstance(call.args[0], nodes.Const)


def test_texts_are_found_in_templates_and_in_python_that_marks_them(tmp_path: Path) -> None:
    root = a_tree(
        tmp_path,
        shared__templates__page='{{ _("Chung") }}',
        services__intake__a__templates__a='{{ _("Còn %(n)s", n=1) }}{{ ngettext("%(num)s ca", "%(num)s ca", 2) }}',
        services__intake__reports__pages='from shared.web.language import mark as _\nSAVED = _("Đã lưu")\n',
        services__intake__reports__domain='_ = len\n_("không phải")\n',
    )
    found = {domain: {said.key[0] for said in texts.values()} for domain, texts in find_texts(root).items()}
    assert found["shared"] == {"Chung"}
    assert found["intake"] == {"Còn %(n)s", "%(num)s ca", "Đã lưu"}


def test_what_the_shared_catalogue_says_is_not_repeated(tmp_path: Path) -> None:
    root = a_tree(
        tmp_path, shared__templates__a='{{ _("Gửi") }}', services__routing__cases__templates__b='{{ _("Gửi") }}'
    )
    found = find_texts(root)
    assert found["routing"] == {}
    assert len(found["shared"]["Gửi", None].files) == 2


def test_a_missing_translation_is_told_by_name_and_place(tmp_path: Path) -> None:
    root = a_tree(tmp_path, services__intake__reports__templates__a='{{ _("Gửi ngay") }}')
    assert [str(lack) for lack in lacks(root, tmp_path / "locales")] == [
        "intake.po: no English: 'Gửi ngay' (services/intake/reports/templates/a.html)"
    ]


def test_a_translation_that_lost_its_placeholder_is_told(tmp_path: Path) -> None:
    root = a_tree(tmp_path, services__intake__reports__templates__a='{{ _("Còn %(n)s", n=1) }}')
    update(root, tmp_path / "locales")
    catalogue = catalogue_path("intake", locales=tmp_path / "locales")
    catalogue.write_text('msgid "Còn %(n)s"\nmsgstr "Some left"\n', encoding="utf-8")
    assert [lack.problem for lack in lacks(root, tmp_path / "locales")] == ["placeholders differ"]


def test_updating_adds_what_is_new_keeps_what_is_translated_and_drops_what_is_gone(tmp_path: Path) -> None:
    locales = tmp_path / "locales"
    root = a_tree(tmp_path, services__intake__a__templates__a='{{ _("Cũ") }}{{ _("Giữ") }}')
    assert sorted(update(root, locales)) == ["Cũ", "Giữ"]
    catalogue = catalogue_path("intake", locales=locales)
    catalogue.write_text(catalogue.read_text("utf-8").replace('"Giữ"\nmsgstr ""', '"Giữ"\nmsgstr "Keep"'), "utf-8")
    a_tree(tmp_path, services__intake__a__templates__a='{{ _("Giữ") }}{{ _("Mới") }}')
    assert update(root, locales) == ["Mới"]
    text = catalogue.read_text("utf-8")
    assert 'msgstr "Keep"' in text
    assert "Cũ" not in text


def test_updating_twice_changes_nothing(tmp_path: Path) -> None:
    root = a_tree(tmp_path, shared__templates__a='{{ _("Một") }}{{ ngettext("%(num)s vụ", "%(num)s vụ", 2) }}')
    update(root, tmp_path)
    first = catalogue_path("shared", locales=tmp_path).read_bytes()
    assert update(root, tmp_path) == []
    assert catalogue_path("shared", locales=tmp_path).read_bytes() == first


def test_checking_changes_nothing_and_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    assert capsys.readouterr().out.endswith("0 texts added, 0 without right English\n")
