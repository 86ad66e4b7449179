import {Component, useEffect, xml} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const SHORTEST = 5000;
const LONGEST = 61000;

/** Shows nothing; reads the record again when the moment has passed, so that what was
 * possible until then goes away. The clock of a phone may be wrong, hence the limits. */
export class IspUntilField extends Component {
    static template = xml`<span/>`;
    static props = {...standardFieldProps};

    setup() {
        useEffect(
            (until) => {
                if (!until) {
                    return;
                }
                const left = until.diffNow().as("milliseconds") + 1000;
                const wait = Math.min(Math.max(left, SHORTEST), LONGEST);
                const timer = setTimeout(() => this.reload(), wait);
                return () => clearTimeout(timer);
            },
            () => [this.props.record.data[this.props.name]]
        );
    }

    async reload() {
        const {record} = this.props;
        if (!(await record.isDirty())) {
            await record.load();
        }
    }
}

registry.category("fields").add("isp_until", {
    component: IspUntilField,
    displayName: _t("Until"),
    supportedTypes: ["datetime"],
});
