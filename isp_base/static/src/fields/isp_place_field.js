import {CharField, charField} from "@web/views/fields/char/char_field";
import {Component, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {registry} from "@web/core/registry";
import {useService} from "@web/core/utils/hooks";

const WAIT = 20000;

/** Coordinates, typed, pasted, or those of the phone that is held here. */
export class IspPlaceField extends Component {
    static template = "isp_base.IspPlaceField";
    static components = {CharField};
    static props = {...CharField.props};

    setup() {
        this.notification = useService("notification");
        this.state = useState({waiting: false});
        this.title = _t("My position");
    }

    get canLocate() {
        return !this.props.readonly && Boolean(browser.navigator.geolocation);
    }

    locate() {
        this.state.waiting = true;
        browser.navigator.geolocation.getCurrentPosition(
            ({coords}) => this.onLocated(coords),
            () => this.onFailed(),
            {enableHighAccuracy: true, timeout: WAIT}
        );
    }

    async onLocated({latitude, longitude}) {
        this.state.waiting = false;
        const place = `${latitude.toFixed(7)}, ${longitude.toFixed(7)}`;
        await this.props.record.update({[this.props.name]: place});
    }

    onFailed() {
        this.state.waiting = false;
        this.notification.add(
            _t("The phone did not tell its position. Allow it, or paste a link."),
            {type: "warning"}
        );
    }
}

registry.category("fields").add("isp_place", {
    ...charField,
    component: IspPlaceField,
    displayName: _t("Place on the map"),
});
