import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {_t} from "@web/core/l10n/translation";
import {loadBundle} from "@web/core/assets";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

const COLORS = ["#e55353", "#f6a04d", "#2c7be5", "#7a5af8", "#6c757d"];

/** Who is online where, what does not answer, who is turned away: now. */
export class IspNetwork extends Component {
    static template = "isp_network.IspNetwork";
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.canvasRef = useRef("canvas");
        this.state = useState({overview: null});
        onWillStart(async () => {
            await loadBundle("web.chartjs_lib");
            await this.load();
        });
        useEffect(
            () => {
                if (!this.canvasRef.el) {
                    return;
                }
                const chart = new window.Chart(this.canvasRef.el, this.chartConfig);
                return () => chart.destroy();
            },
            () => [this.state.overview]
        );
    }

    async load() {
        this.state.overview = await this.orm.call("isp.network", "get_overview", []);
    }

    get chartConfig() {
        const {hours, rejections} = this.state.overview;
        return {
            type: "bar",
            data: {
                labels: hours,
                datasets: rejections.map(({label, counts}, number) => ({
                    label,
                    data: counts,
                    backgroundColor: COLORS[number % COLORS.length],
                })),
            },
            options: {
                animation: false,
                maintainAspectRatio: false,
                scales: {
                    x: {stacked: true, grid: {display: false}, ticks: {maxRotation: 0}},
                    y: {stacked: true, ticks: {precision: 0}},
                },
            },
        };
    }

    get ofActive() {
        const {active, online} = this.state.overview.totals;
        return online > active
            ? _t("more than the %s active services: routers hold others too", active)
            : _t("of %s active services", active);
    }

    get ofRouters() {
        return _t("of %s", this.state.overview.routers.length);
    }

    describeOnline(pop) {
        if (pop.online === null) {
            return _t("%(active)s active, online not known", pop);
        }
        return pop.active
            ? _t("%(online)s of %(active)s online", pop)
            : _t("%(online)s online", pop);
    }

    share(pop) {
        return pop.active
            ? Math.min(100, Math.round((100 * pop.online) / pop.active))
            : 0;
    }

    openRouter(router) {
        this.open("isp.router", router.id);
    }

    openService(session) {
        if (session.service_id) {
            this.open("isp.service", session.service_id);
        }
    }

    open(model, id) {
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: model,
            res_id: id,
            views: [[false, "form"]],
        });
    }

    openPop(pop) {
        this.openServices({group_online: 1}, [
            ["pop_id", "=", pop.id],
            ["state", "=", "active"],
        ]);
    }

    openOnline(router) {
        this.openServices({}, [["session_router_ids", "in", [router.id]]]);
    }

    openDown() {
        this.action.doAction("isp_network.isp_router_action", {
            additionalContext: {search_default_down: 1},
        });
    }

    /** The list of subscribers, with these filters of it and within a domain. */
    openServices(filters, domain = []) {
        const context = Object.fromEntries(
            Object.entries(filters).map(([name, on]) => [`search_default_${name}`, on])
        );
        this.action.doAction({
            type: "ir.actions.act_window",
            name: _t("Subscribers"),
            res_model: "isp.service",
            context,
            domain,
            views: [
                [false, "list"],
                [false, "form"],
            ],
        });
    }
}

registry.category("actions").add("isp_network", IspNetwork);
