import {Component, onWillStart, useEffect, useRef, useState} from "@odoo/owl";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {formatCurrency} from "@web/core/currency";
import {formatFloat} from "@web/views/fields/formatters";
import {parseFloat as parseAmount} from "@web/views/fields/parsers";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useDebounced} from "@web/core/utils/timing";
import {useHotkeys} from "./isp_hotkeys";
import {useService} from "@web/core/utils/hooks";

const SHORTEST = 3; // Characters that are searched for
const WAIT = 200; // Milliseconds after the last key

/** Print a PDF without leaving the page. */
function printPdf(url) {
    const frame = document.createElement("iframe");
    frame.className = "d-none isp_counter_print";
    frame.onload = () => frame.contentWindow.print();
    document.querySelector(".isp_counter_print")?.remove();
    frame.src = url;
    document.body.append(frame);
}

/** The page of a cashier: who pays, what is owed, what is given, the receipt. */
export class IspCounter extends Component {
    static template = "isp_counter.IspCounter";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = {controlPanel: {}};
        this.focused = useRef("focused");
        // `step`: closed, find, pay, done, closing
        this.state = useState({
            step: "closed",
            text: "",
            found: [],
            index: 0,
            way: "cash",
            busy: false,
            problem: "",
        });
        this.look = useDebounced(() => this.find(), WAIT);
        useHotkeys((name) => this.press(name));
        onWillStart(() => this.load());
        useEffect(
            () => {
                this.focused.el?.focus();
                this.focused.el?.select?.();
            },
            () => [this.state.step, this.state.way, this.state.focus]
        );
    }

    async load() {
        this.take_in(await this.call("get_state"));
    }

    take_in(answer) {
        const {session, drawers, banks, currency_id: currency, decimals} = answer;
        Object.assign(this.state, {session, drawers, banks, currency, decimals});
        const {safes, may_spend, may_void} = answer;
        Object.assign(this.state, {safes, may_spend, may_void, problem: ""});
        this.state.bank = banks[0]?.id;
        this.state.bags = answer.bags;
        if (session) {
            this.restart();
        } else {
            const [drawer] = drawers;
            this.state.step = "closed";
            this.choose_drawer(drawer?.id);
        }
    }

    call(name, args = []) {
        return this.orm.call("isp.counter", name, args);
    }

    /** Do one thing at a time; what is refused is said on the page. */
    async once(work) {
        if (this.state.busy) {
            return;
        }
        this.state.busy = true;
        this.state.problem = "";
        try {
            await work();
        } catch (error) {
            if (!error.data?.message) {
                throw error;
            }
            this.state.problem = error.data.message;
        } finally {
            this.state.busy = false;
        }
    }

    format(amount) {
        return formatCurrency(amount, this.state.currency);
    }

    /** An amount as it is typed; a Rupiah has no decimals, whatever the points are. */
    read(text) {
        const typed = String(text ?? "").trim();
        if (!typed) {
            return 0;
        }
        if (!this.state.decimals) {
            return /^[\d.,\s]+$/.test(typed) ? Number(typed.replace(/\D/g, "")) : NaN;
        }
        try {
            return parseAmount(typed);
        } catch {
            return NaN;
        }
    }

    /** An amount with its thousands, as it is typed at the end of the box. */
    group(event, name) {
        const {value, selectionEnd} = event.target;
        const isAtEnd = selectionEnd === value.length;
        if (!this.state.decimals && isAtEnd && /^[\d.,\s]+$/.test(value)) {
            event.target.value = this.show(Number(value.replace(/\D/g, "")));
        }
        this.state[name] = event.target.value;
    }

    show(amount) {
        const {decimals} = this.state;
        return formatFloat(amount, {digits: [16, decimals], trailingZeros: false});
    }

    // The drawer

    choose_drawer(id) {
        this.state.drawer = id;
        const drawer = this.state.drawers.find((each) => each.id === id);
        this.state.count = drawer ? this.show(drawer.last) : "";
        this.state.reason = "";
    }

    /** What is counted more, or less, than was left when the drawer was closed last. */
    get found_more() {
        const {drawers, drawer: id} = this.state;
        const drawer = drawers.find((each) => each.id === id);
        return drawer && !drawer.is_new ? this.read(this.state.count) - drawer.last : 0;
    }

    open() {
        return this.once(async () => {
            const amount = this.read(this.state.count);
            const args = [this.state.drawer, amount, this.state.reason];
            this.take_in(await this.call("open_session", args));
        });
    }

    async start_closing() {
        await this.once(async () => {
            const {session} = await this.call("get_state");
            Object.assign(this.state, {session, count: "", reason: ""});
            this.state.step = "closing";
        });
    }

    get difference() {
        return this.read(this.state.count) - this.state.session.expected;
    }

    close() {
        if (!this.state.count.trim()) {
            this.state.problem = _t("Write down what is in the drawer.");
            return null;
        }
        return this.once(async () => {
            const amount = this.read(this.state.count);
            const {id} = await this.call("close_session", [amount, this.state.reason]);
            this.take_in(await this.call("get_state"));
            await this.action.doAction({
                type: "ir.actions.act_window",
                res_model: "isp.drawer.session",
                res_id: id,
                views: [[false, "form"]],
            });
        });
    }

    async toggle_paper() {
        const {session} = this.state;
        session.paper = session.paper === "roll" ? "sheet" : "roll";
        await this.call("set_paper", [session.paper]);
    }

    // Who pays

    restart() {
        Object.assign(this.state, {
            step: "find",
            text: "",
            found: [],
            index: 0,
            taking: null,
            problem: "",
            sent: false,
        });
        this.state.focus = (this.state.focus || 0) + 1;
        this.load_last();
    }

    async load_last() {
        this.state.last = await this.call("get_takings");
    }

    async find() {
        const text = this.state.text.trim();
        const found = text.length < SHORTEST ? [] : await this.call("find", [text]);
        if (this.state.step === "find" && text === this.state.text.trim()) {
            Object.assign(this.state, {found, index: 0, looked: text});
        }
    }

    async on_key(event) {
        const {found, index} = this.state;
        const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
        if (step) {
            event.preventDefault();
            const last = Math.max(found.length - 1, 0);
            this.state.index = Math.min(Math.max(index + step, 0), last);
        } else if (event.key === "Enter") {
            event.preventDefault();
            if (this.state.looked !== this.state.text.trim()) {
                await this.find(); // A scanner is faster than the pause after a key
            }
            if (this.state.found.length) {
                await this.choose(this.state.found[this.state.index]);
            }
        }
    }

    choose({id}) {
        return this.once(async () => {
            const payer = await this.call("get_dues", [id]);
            Object.assign(this.state, {payer, way: "cash", given: "", transfer: ""});
            this.state.amount = payer.owed ? this.show(payer.owed) : "";
            this.state.key = window.crypto.randomUUID();
            this.state.step = "pay";
        });
    }

    // What collectors bring

    count_bag(bag) {
        Object.assign(this.state, {bag, count: "", problem: ""});
        this.state.key = window.crypto.randomUUID();
        this.state.step = "bag";
    }

    take_bag() {
        const amount = this.read(this.state.count);
        if (!amount) {
            this.state.problem = _t("Write down what you counted.");
            return null;
        }
        return this.once(async () => {
            const {key, bag} = this.state;
            const done = await this.call("take_handover", [key, bag.id, amount]);
            const what = {who: done.who, amount: this.format(done.amount)};
            this.notification.add(_t("%(who)s: %(amount)s in the drawer.", what), {
                type: "success",
            });
            await this.load();
        });
    }

    // What is taken out

    start_out() {
        const kind = this.out_kinds[0];
        const key = window.crypto.randomUUID();
        Object.assign(this.state, {
            key,
            count: "",
            reason: "",
            problem: "",
            step: "out",
        });
        this.set_out(kind);
    }

    get out_kinds() {
        const {banks, safes, may_spend: spends} = this.state;
        return [
            banks.length ? "bank" : "",
            safes.length ? "safe" : "",
            spends ? "expense" : "",
        ].filter(Boolean);
    }

    get out_places() {
        return {bank: this.state.banks, safe: this.state.safes}[this.state.out] || [];
    }

    set_out(kind) {
        this.state.out = kind;
        this.state.place = this.out_places[0]?.id || false;
    }

    take_out() {
        return this.once(async () => {
            const {key, out, place, count, reason} = this.state;
            const args = [key, out, place, this.read(count), reason];
            const done = await this.call("take_out", args);
            printPdf(`/isp_counter/out/${done.id}`);
            const what = {name: done.name, amount: this.format(done.amount)};
            this.notification.add(_t("%(name)s: %(amount)s is taken out.", what), {
                type: "success",
            });
            await this.load();
        });
    }

    // What is given

    set_way(way) {
        this.state.way = way;
        this.state.given = "";
        this.state.transfer = "";
    }

    /** What is taken in each way, and what it does. */
    get sums() {
        const {way, payer} = this.state;
        const amount = this.read(this.state.amount);
        let transfer = way === "transfer" ? amount : 0;
        if (way === "split") {
            transfer = this.read(this.state.transfer);
        }
        const cash = amount - transfer;
        const given = this.read(this.state.given);
        return {
            amount,
            transfer,
            cash,
            given,
            change: given ? given - cash : 0,
            more: Math.max(amount - payer.owed, 0),
            less: Math.max(payer.owed - amount, 0),
        };
    }

    get wrong() {
        const {amount, transfer, cash, given, change} = this.sums;
        if ([amount, transfer, given].some(Number.isNaN)) {
            return _t("Write amounts in figures.");
        }
        if (!amount) {
            return _t("Write down what is taken.");
        }
        if (cash < 0 || (this.state.way === "split" && !transfer)) {
            return _t("The transfer is a part of what is taken.");
        }
        if (change < 0) {
            return _t("Less is given than is taken in cash.");
        }
        return "";
    }

    take() {
        if (this.wrong) {
            this.state.problem = this.wrong;
            return null;
        }
        return this.once(async () => {
            const {cash, transfer, given} = this.sums;
            const {key, payer, bank} = this.state;
            const parts = [];
            if (cash) {
                parts.push([false, cash]);
            }
            if (transfer) {
                parts.push([bank, transfer]);
            }
            const args = [key, payer.id, payer.owed, parts, cash ? given : 0];
            this.state.taking = await this.call("take", args);
            this.state.step = "done";
            this.print(this.state.taking);
        });
    }

    /** What is owed has changed meanwhile: look again, and take it anew. */
    refresh() {
        return this.choose(this.state.payer);
    }

    // The receipt

    print({id}) {
        printPdf(`/isp_counter/receipt/${id}`);
    }

    send() {
        return this.once(async () => {
            await this.call("send_receipt", [this.state.taking.id]);
            this.state.sent = true;
        });
    }

    open_taking({id}) {
        return this.action.doAction({
            type: "ir.actions.act_window",
            res_model: "isp.taking",
            res_id: id,
            views: [[false, "form"]],
        });
    }

    // Keys

    get keys() {
        const {step} = this.state;
        if (step === "pay") {
            return {
                F2: () => this.set_way("cash"),
                F3: () => this.state.banks.length && this.set_way("transfer"),
                F4: () => this.state.banks.length && this.set_way("split"),
                F9: () => this.take(),
                Escape: () => this.restart(),
            };
        }
        if (step === "done") {
            const next = () => this.restart();
            return {
                F6: () => this.print(this.state.taking),
                F7: () => this.state.sent || this.send(),
                Enter: next,
                Escape: next,
            };
        }
        return step === "find"
            ? {}
            : {Escape: () => this.state.session && this.restart()};
    }

    press(name) {
        const act = this.keys[name];
        act?.();
        return Boolean(act);
    }
}

registry.category("actions").add("isp_counter", IspCounter);
