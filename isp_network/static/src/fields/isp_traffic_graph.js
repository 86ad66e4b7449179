import {Component, onWillStart, useEffect, useRef} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardFieldProps} from "@web/views/fields/standard_field_props";

const GIGABYTE = 1e9;

/** Download and upload by day, as bars. The value is JSON: a list of
 * {date, download, upload}, in bytes. */
export class IspTrafficGraph extends Component {
    static template = "isp_network.IspTrafficGraph";
    static props = {...standardFieldProps};

    setup() {
        this.canvasRef = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            () => {
                const chart = new window.Chart(this.canvasRef.el, this.config);
                return () => chart.destroy();
            },
            () => [this.value]
        );
    }

    get value() {
        return this.props.record.data[this.props.name] || "[]";
    }

    get config() {
        const days = JSON.parse(this.value);
        const dataset = (name, label, color) => ({
            label,
            backgroundColor: color,
            data: days.map((day) => day[name] / GIGABYTE),
        });
        return {
            type: "bar",
            data: {
                labels: days.map((day) => day.date),
                datasets: [
                    dataset("download", _t("Download"), "#2c7be5"),
                    dataset("upload", _t("Upload"), "#f6a04d"),
                ],
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: {
                    x: {stacked: true, grid: {display: false}, ticks: {maxRotation: 0}},
                    y: {stacked: true, title: {display: true, text: "GB"}},
                },
            },
        };
    }
}

registry.category("fields").add("isp_traffic_graph", {
    component: IspTrafficGraph,
    displayName: _t("Traffic by day"),
    supportedTypes: ["text"],
});
