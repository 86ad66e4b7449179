import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";

/** Tells of a new repair on the screen; a tap opens it. */
export const ispCalls = {
    dependencies: ["action", "bus_service", "notification"],
    start(_env, {action, bus_service: bus, notification}) {
        bus.subscribe("isp_repair.new_repair", ({id, title, message}) => {
            const close = notification.add(message, {
                title,
                type: "info",
                sticky: true,
                buttons: [
                    {
                        name: _t("Open"),
                        primary: true,
                        onClick: () => {
                            close();
                            action.doAction({
                                type: "ir.actions.act_window",
                                res_model: "helpdesk.ticket",
                                res_id: id,
                                views: [[false, "form"]],
                            });
                        },
                    },
                ],
            });
        });
        bus.start();
    },
};

registry.category("services").add("isp_repair.calls", ispCalls);
