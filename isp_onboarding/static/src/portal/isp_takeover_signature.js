import {Interaction} from "@web/public/interaction";
import {registry} from "@web/core/registry";
import {takeInk} from "@isp_base/my_work/ink";

/** Who has taken a service over signs its handover record with a finger. */
export class IspTakeoverSignature extends Interaction {
    static selector = "#isp_takeover form";
    dynamicContent = {
        "button[name=anew]": {"t-on-click": () => this.ink.clear()},
        "button[type=submit]": {"t-att-disabled": () => !this.signature},
        "input[name=signature]": {"t-att-value": () => this.signature},
    };

    setup() {
        this.signature = "";
        this.ink = takeInk(this.el.querySelector("canvas"), (png) => {
            this.signature = png;
            this.updateContent();
        });
    }
}

registry
    .category("public.interactions")
    .add("isp_onboarding.takeover_signature", IspTakeoverSignature);
