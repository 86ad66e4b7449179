import {_t} from "@web/core/l10n/translation";
import {odooExceptionTitleMap} from "@web/core/errors/error_dialogs";

// What stands below it says what is missing, or who was quicker: nobody did anything
// that is invalid.
odooExceptionTitleMap.set("odoo.exceptions.UserError", _t("That is not possible"));
