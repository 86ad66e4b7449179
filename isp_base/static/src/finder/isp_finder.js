import {Component} from "@odoo/owl";
import {DefaultCommandItem} from "@web/core/commands/command_palette";
import {_t} from "@web/core/l10n/translation";
import {registry} from "@web/core/registry";
import {session} from "@web/session";
import {useService} from "@web/core/utils/hooks";

const NAMESPACE = "!";
const kinds = session.isp_found_kinds || [];

/** A record that was found: its name, and what tells it from others. */
class IspFoundItem extends Component {
    static template = "isp_base.IspFoundItem";
    static props = {...DefaultCommandItem.props, hint: String};
}

/** The lens on top of every page. */
class IspFinder extends Component {
    static template = "isp_base.IspFinder";
    static props = {};

    setup() {
        this.command = useService("command");
    }

    open() {
        this.command.openMainPalette({searchValue: NAMESPACE});
    }
}

async function provide(env, {searchValue}) {
    const text = (searchValue || "").trim();
    if (!text) {
        return [];
    }
    const found = await env.services.orm.silent.call("isp.finder", "find", [text]);
    return found.map(({model, id, name, hint}) => ({
        Component: IspFoundItem,
        action: () =>
            env.services.action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            }),
        category: `isp_found_${model}`,
        href: `/odoo/${model}/${id}`,
        name,
        props: {hint},
    }));
}

if (kinds.length) {
    const categories = registry.category("command_categories");
    kinds.forEach(({model, label}, index) =>
        categories.add(
            `isp_found_${model}`,
            {namespace: NAMESPACE, name: label},
            {sequence: 200 + index}
        )
    );
    registry.category("command_setup").add(NAMESPACE, {
        debounceDelay: 200,
        emptyMessage: _t("Nothing found. Write three characters or more."),
        name: _t("subscribers and more"),
        placeholder: _t("Phone, name, number, user name, serial number, street…"),
    });
    registry.category("command_provider").add("isp_finder", {
        namespace: NAMESPACE,
        provide,
    });
    registry
        .category("systray")
        .add("isp_base.finder", {Component: IspFinder}, {sequence: 101});
}
