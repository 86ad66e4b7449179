/* global luxon */

import {
    SUBSCRIBER,
    choose,
    edit,
    editDate,
    expectStatus,
    openSubscriber,
    press,
    scheduleVisit,
} from "./steps";
import {registry} from "@web/core/registry";
import {stepUtils} from "@web_tour/tour_utils";

const tours = registry.category("web_tour.tours");
const {DateTime} = luxon;

/** Nine o'clock so many days from today, as the form writes it. */
function inDays(days) {
    return DateTime.now().plus({days}).toFormat("MM/dd/yyyy '09:00:00'");
}

async function uploadPhoto() {
    const canvas = document.createElement("canvas");
    canvas.width = 86;
    canvas.height = 54;
    canvas.getContext("2d").fillRect(4, 4, 20, 20);
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const files = new DataTransfer();
    files.items.add(new File([blob], "ktp.png", {type: "image/png"}));
    const input = document.querySelector("[name='id_photo'] input[type='file']");
    input.files = files.files;
    input.dispatchEvent(new Event("change", {bubbles: true}));
}

/** A1: the salesman registers a prospect, who then stands in the list. */
tours.add("isp_onboarding_registration", {
    url: "/odoo",
    steps: () => [
        ...stepUtils.goToAppSteps("isp_base.isp_menu_root", "Open Internet Services"),
        {
            content: "Open the list of subscribers",
            trigger: "[data-menu-xmlid='isp_base.isp_service_menu']",
            run: "click",
        },
        {trigger: ".o_list_button_add", run: "click"},
        edit("contact_name", SUBSCRIBER),
        edit("phone", "0812 3456 7803"),
        edit("email", "gilang@subscriber.example"),
        edit("id_number", "3173012305670001"),
        edit("street", "Jalan Kemanggisan Raya 7"),
        edit("city", "Jakarta Barat"),
        edit("coordinates", "-6.1998, 106.7839"),
        {
            content: "The salesman himself is proposed",
            trigger: "[name='user_id'] input:value(Sales)",
        },
        {content: "Upload the card", trigger: "[name='id_photo']", run: uploadPhoto},
        {
            content: "The photo is shown",
            trigger: "[name='id_photo'] img:not([data-src*='placeholder'])",
        },
        ...stepUtils.saveForm(),
        expectStatus("Registration"),
        {
            content: "Back to the list",
            trigger: ".o_breadcrumb .o_back_button",
            run: "click",
        },
        {
            content: "The prospect is listed as a registration",
            trigger: `.o_data_row:contains('${SUBSCRIBER}'):contains('Registration')`,
        },
    ],
});

/** A2a and A2b: priority, then date and people of the survey. */
tours.add("isp_onboarding_survey_schedule", {
    url: "/odoo",
    steps: () => [
        ...openSubscriber(),
        {
            content: "Set the priority",
            trigger: "[name='priority'] .o_priority_star:eq(1)",
            run: "click",
        },
        ...press("Save and continue to survey"),
        expectStatus("Survey"),
        ...scheduleVisit(inDays(14)),
        ...press("Save the schedule"),
        {
            content: "The visit is scheduled",
            trigger: "[name='visit_state']:contains('Scheduled')",
        },
    ],
});

/** A3 to A4b: account, product and the technical part. */
tours.add("isp_onboarding_account_product", {
    url: "/odoo",
    steps: () => [
        ...openSubscriber(),
        expectStatus("Account"),
        {
            content: "Credentials were generated",
            trigger: "[name='username'] input:value(sub)",
        },
        ...choose("category_id", "Home"),
        ...choose("area_id", "Palmerah"),
        ...press("Save and continue to product"),
        expectStatus("Product"),
        ...editDate("activation_date", inDays(20).slice(0, 10)),
        ...choose("billing_schedule_id", "Every 5th"),
        ...choose("plan_id", "Home 20"),
        ...choose("pop_id", "POP Palmerah"),
        {
            content: "The plan brings its price, tax and speed",
            trigger:
                ".o_form_view:has([name='monthly_price']:contains('200,000')):has([name='tax_ids']:contains('PPN')):has([name='download_mbps']:contains('20'))",
        },
        {
            content: "Show the password",
            trigger: ".o_isp_password .fa-eye",
            run: "click",
        },
        {
            content: "The password can be checked",
            trigger: ".o_isp_password input[type='text']",
        },
        ...press("Save and continue to installation"),
        expectStatus("Installation"),
    ],
});

/** A5a: date, fee and people of the installation. */
tours.add("isp_onboarding_installation_schedule", {
    url: "/odoo",
    steps: () => [
        ...openSubscriber(),
        expectStatus("Installation"),
        ...scheduleVisit(inDays(20)),
        edit("installation_fee", "250000"),
        ...press("Save the schedule"),
        {
            content: "The visit is scheduled",
            trigger: "[name='visit_state']:contains('Scheduled')",
        },
    ],
});

/** A6a: internet only after the first payment. */
tours.add("isp_onboarding_restriction", {
    url: "/odoo",
    steps: () => [
        ...openSubscriber(),
        expectStatus("Finalisation"),
        {
            content: "Switch the restriction on",
            trigger: "[name='restrict_before_payment'] input",
            run: "click",
        },
        ...stepUtils.saveForm(),
        {
            trigger: "[name='restrict_before_payment'] input:checked",
        },
    ],
});
