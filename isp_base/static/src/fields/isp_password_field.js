import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {CharField} from "@web/views/fields/char/char_field";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

/** A password behind dots until its reader asks to see it; copied without showing.
 * What is no secret (isp_copy) is plain, and copied just so. */
export class IspPasswordField extends Component {
    static template = "isp_base.IspPasswordField";
    static components = {CharField, CopyButton};
    static props = {...standardFieldProps, secret: {type: Boolean, optional: true}};
    static defaultProps = {secret: true};

    setup() {
        this.state = useState({shown: false});
        this.copyText = _t("Copy");
        this.copiedText = _t("Copied");
    }

    get charProps() {
        const {secret, ...props} = this.props;
        return {...props, isPassword: secret && !this.state.shown, autocomplete: "off"};
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get toggleTitle() {
        return this.state.shown ? _t("Hide") : _t("Show");
    }

    toggle() {
        this.state.shown = !this.state.shown;
    }
}

registry.category("fields").add("isp_password", {
    component: IspPasswordField,
    displayName: _t("Password with eye and copy"),
    supportedTypes: ["char"],
});

registry.category("fields").add("isp_copy", {
    component: IspPasswordField,
    displayName: _t("Text with copy"),
    supportedTypes: ["char"],
    extractProps: () => ({secret: false}),
});
