import {useExternalListener} from "@odoo/owl";

/** Have keys of the whole page taken by a component, wherever the cursor is.
 *
 * @param {Function} press gets the name of the key; returns whether it has taken it
 */
export function useHotkeys(press) {
    useExternalListener(
        window,
        "keydown",
        (event) => {
            const isElsewhere = event.target.closest?.(".modal, .o_command_palette");
            const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
            const isOnButton =
                event.key === "Enter" && event.target.closest?.("button");
            if (!isElsewhere && isPlain && !isOnButton && press(event.key)) {
                event.preventDefault();
                event.stopPropagation();
            }
        },
        {capture: true}
    );
}
