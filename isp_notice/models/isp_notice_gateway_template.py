import logging
from dataclasses import asdict
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.rendering_tools import parse_inline_template

from ..gateways import GatewayError, Template, find_misfit, language_of, number_parts

_logger = logging.getLogger(__name__)

FRESH = timedelta(minutes=10)  # for which templates that were read are believed


class IspNoticeGateway(models.Model):
    """The texts that a provider has approved: what fits none of them would be refused,
    or arrive with the values at each other's place."""

    _inherit = "isp.notice.gateway"

    templates = fields.Json(readonly=True, copy=False, groups=".")
    templates_on = fields.Datetime("Templates Read On", readonly=True, copy=False)

    def _has_templates(self):
        """Whether it is known which texts this number's provider has approved."""
        self.ensure_one()
        provider = self._get_gateway_classes()[self.provider]
        return bool(
            self.business and self.templates_on and hasattr(provider, "get_templates")
        )

    def _read_templates(self, gateway, anew=False):
        """Ask the provider which texts it has approved, unless it has just said so.

        :param gateway: gateways.Gateway of this number
        """
        self.ensure_one()
        now = fields.Datetime.now()
        known = self.templates_on and self.templates_on > now - FRESH and not anew
        if known or not self.business or not hasattr(gateway, "get_templates"):
            return
        try:
            found = gateway.get_templates()
        except GatewayError as error:  # what does not fit is refused by it then
            _logger.warning("Templates of %s: %s", self.name, error)
            return
        self.write({"templates": [asdict(t) for t in found], "templates_on": now})

    def _find_template(self, name, lang):
        """Return the gateways.Template of a name in a language, or None."""
        language = language_of(lang)
        found = (Template(**values) for values in self.templates or [])
        return next(
            (t for t in found if (t.name, t.language) == (name, language)), None
        )

    def _find_template_problem(self, source, lang, count=None):
        """Return why the provider does not send these words, or False where nothing is
        known against them.

        :param source: isp.notice.event or isp.notice.broadcast with a template
        :param count: of the values that a message has, which may be older than the text
        """
        self.ensure_one()
        name = source.template_name
        if not name or not self._has_templates():
            return False
        template = self._find_template(name, lang)
        misfit = find_misfit(source._number_text(lang), template)
        if not misfit and count not in (None, template.parameters):
            misfit = "count"
        return misfit and self._describe_misfit(misfit, name, lang)

    def _check_templates(self, source, lang):
        """Ask the provider before anything is written.

        :raises UserError: when it would not send these words
        """
        for number in self:
            with number._get_gateway() as gateway:
                number._read_templates(gateway)
            if problem := number._find_template_problem(source, lang):
                raise UserError(problem)

    def _describe_misfit(self, misfit, name, lang):
        words = {
            "missing": self.env._("there is none of this name in this language"),
            "state": self.env._("it is not approved"),
            "count": self.env._("it has another number of values than the message"),
            "order": self.env._("its values have another order than the message's"),
            "words": self.env._("it has other words than the message"),
        }
        return self.env._(
            "Approved template “%(name)s” (%(language)s) of %(number)s: %(problem)s.",
            name=name,
            language=language_of(lang),
            number=self.name,
            problem=words[misfit],
        )


class IspNoticeEvent(models.Model):
    """What is wrong with the template is said where it is named."""

    _inherit = "isp.notice.event"

    template_problem = fields.Text(compute="_compute_template_problem")

    def _compute_template_problem(self):
        gateways = self.env["isp.notice.gateway"].sudo()
        numbers = gateways.search([("company_id", "in", self.env.companies.ids)])
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for event in self:
            problems = [
                number._find_template_problem(event, lang)
                for number in numbers
                for lang in languages
            ]
            event.template_problem = "\n".join(filter(None, problems))

    def _number_text(self, lang):
        """Return the words in a language, with {{1}}, {{2}}, … for their values."""
        parts = parse_inline_template(self.with_context(lang=lang).text or "")
        return number_parts([(part[0], bool(part[1])) for part in parts])
