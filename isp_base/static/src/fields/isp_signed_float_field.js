import {FloatField, floatField} from "@web/views/fields/float/float_field";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** A number that may be below zero: the keyboard of an iPhone for decimals has no
 * minus. */
export class IspSignedFloatField extends FloatField {
    static template = "isp_base.IspSignedFloatField";
}

registry.category("fields").add("isp_signed_float", {
    ...floatField,
    component: IspSignedFloatField,
    displayName: _t("Number above or below zero"),
});
