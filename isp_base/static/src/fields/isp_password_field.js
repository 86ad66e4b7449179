import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {CharField} from "@web/views/fields/char/char_field";
import {CopyButton} from "@web/core/copy_button/copy_button";
import {Tooltip} from "@web/core/tooltip/tooltip";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";
import {usePopover} from "@web/core/popover/popover_hook";
import {useService} from "@web/core/utils/hooks";

const DOT = "•";

/** A password behind dots until its reader asks to see it; copied without showing.
 * What lies in the vault is asked for then, and it is noted who looked: until then the
 * record has dots in its place. What is no secret (isp_copy) is plain, and copied just
 * so. */
export class IspPasswordField extends Component {
    static template = "isp_base.IspPasswordField";
    static components = {CharField, CopyButton};
    static props = {
        ...standardFieldProps,
        secret: {type: Boolean, optional: true},
        typedPlain: {type: Boolean, optional: true},
        digitsIf: {type: Object, optional: true},
    };
    static defaultProps = {secret: true, typedPlain: false};

    setup() {
        this.orm = useService("orm");
        this.state = useState({shown: false, revealed: null});
        this.copyButton = useRef("copy");
        this.root = useRef("root");
        useEffect(() => this.setKeyboard());
        this.popover = usePopover(Tooltip);
        this.copyText = _t("Copy");
        this.copiedText = _t("Copied");
    }

    /** A phone shows its digits for what has only digits (digits_if). */
    setKeyboard() {
        const input = this.root.el?.querySelector("input");
        const wanted = Object.entries(this.props.digitsIf || {});
        if (input && wanted.length) {
            const {data} = this.props.record;
            const digits = wanted.every(([name, value]) => data[name] === value);
            input.inputMode = digits ? "numeric" : "text";
        }
    }

    get charProps() {
        // eslint-disable-next-line no-unused-vars
        const {secret, typedPlain, digitsIf, ...props} = this.props;
        const hidden = secret && !typedPlain && !this.state.shown && !this.isKept;
        return {...props, isPassword: hidden, autocomplete: "off"};
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    get isKept() {
        return this.value.includes(DOT);
    }

    get toggleTitle() {
        return this.state.shown ? _t("Hide") : _t("Show");
    }

    reveal() {
        const {record, name} = this.props;
        return this.orm.call(record.resModel, "isp_reveal", [[record.resId], name]);
    }

    async toggle() {
        if (!this.state.shown && this.isKept) {
            this.state.revealed = await this.reveal();
        }
        this.state.shown = !this.state.shown;
        if (!this.state.shown) {
            this.state.revealed = null;
        }
    }

    async copyKept() {
        await browser.navigator.clipboard.writeText(await this.reveal());
        this.popover.open(this.copyButton.el, {tooltip: this.copiedText});
        browser.setTimeout(this.popover.close, 800);
    }
}

registry.category("fields").add("isp_password", {
    component: IspPasswordField,
    displayName: _t("Password with eye and copy"),
    supportedTypes: ["char"],
});

registry.category("fields").add("isp_kept", {
    component: IspPasswordField,
    displayName: _t("Text in the vault"),
    supportedTypes: ["char"],
    extractProps: ({options}) => ({typedPlain: true, digitsIf: options.digits_if}),
});

registry.category("fields").add("isp_copy", {
    component: IspPasswordField,
    displayName: _t("Text with copy"),
    supportedTypes: ["char"],
    extractProps: () => ({secret: false}),
});
