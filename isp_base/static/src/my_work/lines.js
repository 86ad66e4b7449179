import {button, make} from "./dom";
import {say} from "./words";

function showCell(column, line, onChange) {
    const {name, label, type, options} = column;
    const change = (value) => {
        line[name] = value;
        return onChange();
    };
    if (type === "choice") {
        const choices = options.map(([key, text]) =>
            make("option", {value: key, selected: String(key) === line[name]}, text)
        );
        const empty = make("option", {value: ""}, label);
        const onchange = (event) => change(event.target.value);
        return make("select", {"data-column": name, onchange}, empty, ...choices);
    }
    if (type === "flag") {
        const onchange = (event) => change(event.target.checked);
        const box = {type: "checkbox", checked: line[name], "data-column": name};
        return make("label", {}, make("input", {...box, onchange}), label);
    }
    const inputmode = type === "number" ? "decimal" : "text";
    const oninput = (event) => change(event.target.value);
    const cell = {inputmode, placeholder: label, "data-column": name, oninput};
    const input = make("input", cell);
    input.value = line[name] ?? "";
    return input;
}

/** Several things of one kind, such as material: a line for each.
 *
 * @param {Object} question with `columns`
 * @param {Array} lines what was written before
 * @param {Function} onChange called with the lines
 */
export function showLines(question, lines, onChange) {
    const list = make("div");
    const changed = () => onChange(lines);
    function renew() {
        const rows = lines.map((line, index) => {
            const cells = question.columns.map((column) =>
                showCell(column, line, changed)
            );
            const drop = button(say("line_drop"), async () => {
                lines.splice(index, 1);
                await changed();
                renew();
            });
            return make("div", {class: "line"}, ...cells, drop);
        });
        list.replaceChildren(...rows);
    }
    renew();
    const add = button(say("line_add"), async () => {
        lines.push({quantity: "1"});
        await changed();
        renew();
    });
    add.dataset.add = question.name;
    return make("div", {class: "field"}, make("b", {}, question.label), list, add);
}
