import {choose, edit, expectStatus, openMyWork, press, sign} from "./steps";
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** A2c and A2d: the technician sees his assignment, starts and reports. */
tours.add("isp_onboarding_survey_report", {
    steps: () => [
        ...openMyWork("Survey"),
        {
            content: "The subscriber can be called",
            trigger: "[name='phone'] a[href^='tel:']",
        },
        ...press("Start survey"),
        {
            content: "Judge",
            trigger: "[name='verdict'] input[data-value='feasible']",
            run: "click",
        },
        edit("topology", "ODP-07 port 3, 80 m along two poles"),
        edit("report", "The house is easy to reach"),
        ...press("Save survey report"),
        expectStatus("Done"),
    ],
});

/** A5b and A5c: material, start, readings, report. */
tours.add("isp_onboarding_installation_report", {
    steps: () => [
        ...openMyWork("Installation"),
        {
            content: "Request material",
            trigger: "button[name='action_request_material']",
            run: "click",
        },
        {
            content: "Add an item",
            trigger:
                ".modal .o_field_x2many_list_row_add button, .modal .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose("product_id", "ONU F670L"),
        {
            content: "Say how many",
            trigger: ".modal .o_selected_row [name='quantity'] input",
            run: "edit 1",
        },
        {
            content: "Say what for",
            trigger: ".modal .o_selected_row [name='note'] input",
            run: "edit White one",
        },
        {
            content: "Send the request",
            trigger: ".modal button[name='action_send']",
            run: "click",
        },
        {
            content: "The request is shown",
            trigger:
                "body:not(:has(.modal)) [name='material_ids']:contains('ONU F670L')",
        },
        ...press("Start installation"),
        {
            content: "The line is open for the test",
            trigger: "[name='service_access']:contains('Line test')",
        },
        edit("optical_power", "-19.5"),
        edit("onu_serial", "ZTEGC8F01234"),
        edit("port", "ODP-07/3"),
        edit("speed_test_download", "19.7"),
        edit("speed_test_upload", "9.6"),
        edit("report", "Router placed in the living room"),
        ...press("Save and submit"),
        {
            content: "The handover can be signed",
            trigger: "[name='customer_signature'] .o_signature_empty",
        },
    ],
});

/** A6b and A6c: both sign on the technician's phone, and the service is active. */
tours.add("isp_onboarding_handover", {
    steps: () => [
        ...openMyWork("To sign"),
        edit("customer_signed_by", "Bapak Gilang"),
        ...sign("customer_signature"),
        ...sign("technician_signature"),
        ...press("Save and activate"),
        {
            content: "The handover record can be downloaded",
            trigger: "button[name='action_download_handover']",
        },
    ],
});
