import textwrap

import pytest

from tools.checks import conventions, model_classes, upstream

UPSTREAM = {"name", "create", "write", "_compute_display_name"}


def found(tmp_path, *texts):
    """What is found in these files of an addon: ["rule model member"]."""
    classes = []
    for number, text in enumerate(texts):
        file = tmp_path / "isp_x" / "models" / f"m{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
        classes += model_classes.parse(file)
    findings = conventions.findings(classes, lambda _model: UPSTREAM)
    return [finding.what for finding in findings]


def partner(member):
    body = textwrap.indent(textwrap.dedent(member), "    ")
    return f'class P(models.Model):\n    _inherit = "res.partner"\n\n{body}'


@pytest.mark.parametrize(
    ("member", "name"),
    [
        ("dues = fields.Monetary()", "dues"),
        ("def action_view_dues(self): pass", "action_view_dues"),
        ("crisp_dues = fields.Monetary()", "crisp_dues"),
        ("def _compute_dues(self): pass", "_compute_dues"),
        ("def _dues(self): return super()._others()", "_dues"),
    ],
)
def test_a_bare_name_on_a_model_of_others_is_found(tmp_path, member, name):
    assert found(tmp_path, partner(member)) == [f"naming res.partner {name}"]


@pytest.mark.parametrize(
    "member",
    [
        "isp_dues = fields.Monetary()",
        "def isp_pay(self): pass",
        "def _isp_get_dues(self): pass",
        "def action_view_isp_dues(self): pass",
        "def _get_isp_dues(self): pass",
        "def _compute_isp_dues(self): pass",
        "def _inverse_isp_dues(self): pass",
        "def _search_isp_dues(self): pass",
        "def _check_isp_dues(self): pass",
        "def _onchange_isp_dues(self): pass",
        "name = fields.Char(tracking=True)",
        "def _compute_display_name(self): pass",
        "def _of_a_module(self):\n    return super()._of_a_module()",
        "_order = 'name'",
    ],
)
def test_our_names_and_overrides_are_not_found(tmp_path, member):
    assert not found(tmp_path, partner(member))


def test_models_of_ours_name_their_members_as_they_like(tmp_path):
    assert not found(
        tmp_path,
        """
        class A(models.Model):
            _name = "isp.area"

            dues = fields.Monetary()

        class B(models.Model):
            _inherit = ["isp.service"]

            def action_pay(self): pass
        """,
    )


def test_hooks_of_our_mixins_are_overridden_by_their_name(tmp_path):
    assert not found(
        tmp_path,
        """
        class M(models.AbstractModel):
            _name = "isp.guarded.mixin"

            def _get_protected_fields(self): pass

        class A(models.Model):
            _name = "isp.area"
            _inherit = ["isp.guarded.mixin"]

        class T(models.Model):
            _name = "helpdesk.ticket"
            _inherit = ["isp.guarded.mixin", "helpdesk.ticket"]

            def _get_protected_fields(self): pass

        class Part(models.Model):
            _inherit = "helpdesk.ticket"

            def _get_protected_fields(self): pass
        """,
    )


@pytest.mark.parametrize("decorator", ["", "@api.model", "@api.depends('x')"])
def test_create_without_its_decorator_is_found(tmp_path, decorator):
    create = "def create(self, vals_list):\n    return super().create(vals_list)"
    text = f"{decorator}\n{create}"
    assert found(tmp_path, partner(text)) == ["create res.partner"]
    assert not found(tmp_path, partner(f"@api.model_create_multi\n{text.strip()}"))


@pytest.mark.parametrize(
    "looks",
    [
        "if NAMES & vals.keys(): pass",
        "if vals.keys() & {'x'}: pass",
        "if 'x' in vals: pass",
        "if 'x' not in vals: pass",
        "if vals.get('x'): pass",
        "y = vals['x']",
    ],
)
def test_write_that_looks_for_names_is_found(tmp_path, looks):
    text = f"def write(self, vals):\n    {looks}\n    return super().write(vals)"
    assert found(tmp_path, partner(text)) == ["write res.partner isp_x"]


@pytest.mark.parametrize("sets", ["vals['x'] = 1", "self._tell()", "if 'x' in self: 1"])
def test_write_that_looks_for_none_is_not_found(tmp_path, sets):
    text = f"def write(self, vals):\n    {sets}\n    return super().write(vals)"
    assert not found(tmp_path, partner(text))


MIXIN = """
class M(models.AbstractModel):
    _name = "isp.part.mixin"
"""
HOST = """
class H{number}(models.Model):
    _name = "isp.host{number}"
    _inherit = [{mixin!r}]
"""


def test_mixin_with_one_host_is_found(tmp_path):
    host = HOST.format(number=1, mixin="isp.part.mixin")
    again = 'class I(models.Model):\n    _inherit = ["isp.host1", "isp.part.mixin"]\n'
    assert found(tmp_path, MIXIN) == ["mixin isp.part.mixin"]
    assert found(tmp_path, MIXIN, host, again) == ["mixin isp.part.mixin"]


def test_mixin_with_two_hosts_is_not_found(tmp_path):
    between = """
    class N(models.AbstractModel):
        _name = "isp.more.mixin"
        _inherit = ["isp.part.mixin"]
    """
    hosts = [HOST.format(number=n, mixin="isp.more.mixin") for n in (1, 2)]
    assert not found(tmp_path, MIXIN, between, *hosts)


@pytest.fixture
def allowed(tmp_path, monkeypatch):
    """allowed.txt of a project with one finding, `naming res.partner dues`."""
    file = tmp_path / "isp_x" / "models" / "m.py"
    file.parent.mkdir(parents=True)
    file.write_text(partner("dues = fields.Monetary()"))
    monkeypatch.setattr(conventions, "ROOT", tmp_path)
    monkeypatch.setattr(conventions, "ALLOWED", tmp_path / "allowed.txt")
    monkeypatch.setattr(
        conventions, "own_classes", lambda: model_classes.read(tmp_path / "isp_x")
    )
    monkeypatch.setattr(upstream, "known", lambda _model: UPSTREAM)
    return tmp_path / "allowed.txt"


def test_what_is_allowed_is_no_problem(allowed):
    allowed.write_text("# why\n\n")
    (problem,) = conventions.problems()
    assert problem.startswith("isp_x/models/m.py:4: naming res.partner dues: ")
    allowed.write_text("# why\n\nnaming res.partner dues\n")
    assert not conventions.problems()


def test_the_list_of_what_is_allowed_only_gets_shorter(allowed):
    allowed.write_text("# why\n\nnaming res.partner dues\nmixin isp.gone.mixin\n")
    (problem,) = conventions.problems()
    assert problem.endswith(": mixin isp.gone.mixin")
    conventions.shorten_allowed()
    assert allowed.read_text() == "# why\n\nnaming res.partner dues\n"


def test_upstream_is_read_with_what_it_inherits():
    known = upstream.known("res.partner")
    of_itself = {"email", "_compute_display_name"}
    of_a_mixin = {"message_post", "activity_ids"}
    of_every_model = {"create", "write", "copy", "unlink"}
    assert of_itself | of_a_mixin | of_every_model <= known
    assert "isp_service_ids" not in known


def test_upstream_class():
    text = """Ticket(models.Model):
    _name = "helpdesk.ticket"
    _inherit = ["mail.thread",
        'portal.mixin']

    number = fields.Char()

    def action_x(self):
        inner = fields.Char()
"""
    assert upstream.read_class(text) == (
        "helpdesk.ticket",
        ["mail.thread", "portal.mixin"],
        {"number", "action_x"},
    )
