import {Component, markRaw} from "@odoo/owl";
import {Dialog} from "@web/core/dialog/dialog";
import {RelationalModel} from "@web/model/relational_model/relational_model";
import {_t} from "@web/core/l10n/translation";
import {formView} from "@web/views/form/form_view";
import {registry} from "@web/core/registry";

const PLAIN = ["char", "text", "float", "integer", "selection", "many2one", "boolean"];
const TEXTS = ["char", "text"];

/** Asks what becomes of two texts that were written at once. */
export class IspMeanwhileDialog extends Component {
    static template = "isp_base.IspMeanwhileDialog";
    static components = {Dialog};
    static props = {
        close: Function,
        message: String,
        canJoin: Boolean,
        choose: Function,
    };

    get title() {
        return _t("Two have written here");
    }

    async choose(which) {
        this.props.close();
        await this.props.choose(which);
    }
}

/** A record that says, when it is saved, what it has read before. */
class IspCarefulRecord extends RelationalModel.Record {
    get context() {
        return this.isp_seen ? {...super.context, ...this.isp_seen} : super.context;
    }

    async _save(options = {}) {
        this.isp_seen = this.resId && {
            isp_seen: this.describeSeen(),
            isp_closing: Boolean(this.model._urgentSave),
        };
        const onError = (error, ways) => this.onSaveError(error, ways, options.onError);
        try {
            return await super._save({...options, onError});
        } finally {
            this.isp_seen = null;
        }
    }

    describeSeen() {
        const seen = {state: this._values.state};
        for (const name of Object.keys(this._changes)) {
            const value = this._values[name];
            if (PLAIN.includes(this.fields[name].type)) {
                seen[name] =
                    this.fields[name].type === "many2one" ? value && value.id : value;
            }
        }
        return seen;
    }

    async onSaveError(error, ways, former) {
        const now = error.data?.context?.isp_now;
        if (now) {
            this.askWhich(error.data.message, now);
            return false;
        }
        if (former) {
            return former(error, ways);
        }
        if (!this.isInEdition) {
            await this._load({});
        }
        throw error;
    }

    /** Nothing is saved by the answer: its writer looks at it, and saves. */
    askWhich(message, now) {
        const names = Object.keys(now);
        const canJoin = names.every((name) => TEXTS.includes(this.fields[name].type));
        const choose = async (which) => {
            this._values = markRaw({...this._values, ...now});
            if (which === "theirs") {
                await this.update(now);
            } else if (which === "both") {
                const join = (name) =>
                    [now[name], this.data[name]].filter(Boolean).join("\n");
                await this.update(
                    Object.fromEntries(names.map((name) => [name, join(name)]))
                );
            }
        };
        this.model.dialog.add(IspMeanwhileDialog, {message, canJoin, choose});
    }
}

class IspCarefulModel extends RelationalModel {
    static Record = IspCarefulRecord;
}

registry.category("views").add("isp_careful_form", {
    ...formView,
    Model: IspCarefulModel,
});
