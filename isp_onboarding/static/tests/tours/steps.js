import {stepUtils} from "@web_tour/tour_utils";

const field = (name) => `.o_field_widget[name='${name}']`;

export const SUBSCRIBER = "Gilang Anugrah";

/** Write text into a field of the open form. */
export function edit(name, text) {
    return {
        content: `Fill in ${name}`,
        trigger: `${field(name)} input, ${field(name)} textarea`,
        run: `edit ${text}`,
    };
}

/** Write a date; one that has a value is a button first. */
export function editDate(name, text) {
    return [
        {
            content: `Open the calendar of ${name}`,
            trigger: `${field(name)} :is(input, button)`,
            run: "click",
        },
        edit(name, text),
        {
            content: "Close the calendar",
            trigger: ".o_form_view .oe_title label",
            run: "click",
        },
    ];
}

/** Choose a record by its name, on a desktop and on a phone. */
export function choose(name, label) {
    return [
        {
            isActive: ["desktop"],
            content: `Search ${label} for ${name}`,
            trigger: `${field(name)} input`,
            run: `edit ${label}`,
        },
        {
            isActive: ["desktop"],
            content: `Choose ${label}`,
            trigger: `.o-autocomplete--dropdown-item:contains('${label}')`,
            run: "click",
        },
        {
            isActive: ["mobile"],
            content: `Open the choice for ${name}`,
            trigger: `${field(name)} input`,
            run: "click",
        },
        {
            isActive: ["mobile"],
            content: `Choose ${label}`,
            trigger: `.modal .o_kanban_record:contains('${label}')`,
            run: "click",
        },
    ];
}

/** Press a button of the form's header, also where a phone hides it in a menu. */
export function press(label) {
    return stepUtils.statusbarButtonsSteps(label, `Press "${label}"`);
}

/** Wait until the form shows that the subscriber stands in this step. */
export function expectStatus(label) {
    return {
        content: `The status is ${label}`,
        trigger: `.o_statusbar_status .o_arrow_button_current:contains('${label}'),
            .o_statusbar_status .dropdown-toggle:contains('${label}')`,
    };
}

export function openSubscriber() {
    return [
        ...stepUtils.goToAppSteps("isp_base.isp_menu_root", "Open Internet Services"),
        {
            content: "Open the list of subscribers",
            trigger: "[data-menu-xmlid='isp_base.isp_service_menu']",
            run: "click",
        },
        {
            content: "Open the subscriber",
            trigger: `.o_list_view .o_data_row:contains('${SUBSCRIBER}') td[name='contact_name']`,
            run: "click",
        },
        {trigger: ".o_form_view .o_statusbar_status"},
    ];
}

/** The administrator fixes the visit of the present step. */
export function scheduleVisit(start) {
    return [
        ...editDate("visit_planned_start", start),
        ...choose("visit_technician_ids", "Technician"),
    ];
}

/** Open the technician's job from the list of his work, on a phone. */
export function openMyWork(label) {
    return [
        {
            content: "The card says who, what and where",
            trigger: `.o_kanban_record:contains('${SUBSCRIBER}'):contains('Jalan Kemanggisan'):contains('${label}')`,
            run: "click",
        },
        {
            content: "The work order is open",
            trigger: `.o_form_view .oe_title:contains('${SUBSCRIBER}')`,
        },
    ];
}

/** Sign in one box with a pen, as on the phone of the technician. */
export function sign(name) {
    return [
        {
            content: `Open the box of ${name}`,
            trigger: `${field(name)} .o_signature_empty`,
            run: "click",
        },
        {
            content: "Choose to draw",
            trigger: ".modal .o_web_sign_draw_button",
            run: "click",
        },
        {
            content: "Draw",
            trigger: ".modal .o_web_sign_draw_button.active",
            run() {
                const canvas = document.querySelector(
                    ".modal canvas.o_web_sign_signature"
                );
                const box = canvas.getBoundingClientRect();
                const point = (type, part, buttons) =>
                    canvas.dispatchEvent(
                        new PointerEvent(type, {
                            bubbles: true,
                            buttons,
                            cancelable: true,
                            clientX: box.left + box.width * part,
                            clientY: box.top + box.height * (0.3 + 0.4 * part),
                            isPrimary: true,
                            pointerId: 1,
                            pressure: 0.5,
                        })
                    );
                point("pointerdown", 0.2, 1);
                for (const part of [0.3, 0.45, 0.6, 0.75]) {
                    point("pointermove", part, 1);
                }
                point("pointerup", 0.8, 0);
            },
        },
        {
            content: "Sign",
            trigger: ".modal .modal-footer .btn-primary:enabled",
            run: "click",
        },
        {
            content: "The signature is shown",
            trigger: `body:not(:has(.modal)) ${field(name)} img.o_signature`,
        },
    ];
}
