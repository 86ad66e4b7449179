/** Make an element: `make("p", {class: "note"}, "text", other)`. A property with `on`
 * listens; what is false or null is left out. */
export function make(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === false || value === null || value === undefined) {
            continue;
        }
        if (name.startsWith("on")) {
            element.addEventListener(name.slice(2), value);
        } else {
            element.setAttribute(name, value === true ? "" : value);
        }
    }
    element.append(...children.flat().filter((child) => child || child === 0));
    return element;
}

/** A button that does one thing at a time. */
export function button(label, onClick, kind = "") {
    const element = make("button", {type: "button", class: kind}, label);
    element.addEventListener("click", async () => {
        element.disabled = true;
        try {
            await onClick();
        } finally {
            element.disabled = false;
        }
    });
    return element;
}
