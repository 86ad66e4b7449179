import {Component, markup, onWillStart, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";

/** What waits for the person who is logged in: a number for each list, by section. */
export class IspToday extends Component {
    static template = "isp_base.IspToday";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({cards: []});
        this.display = {controlPanel: {}};
        onWillStart(() => this.load());
    }

    get sections() {
        return Object.entries(Object.groupBy(this.state.cards, (card) => card.section));
    }

    async load() {
        this.state.cards = await this.orm.call("isp.today.card", "get_cards", []);
    }

    colour({count, urgency}) {
        if (!count) {
            return "text-muted";
        }
        return {late: "text-danger", waiting: "text-primary", news: "text-success"}[
            urgency
        ];
    }

    async open({id}) {
        const action = await this.orm.call("isp.today.card", "action_open", [id]);
        this.action.doAction({...action, help: markup(action.help || "")});
    }
}

registry.category("actions").add("isp_today", IspToday);
