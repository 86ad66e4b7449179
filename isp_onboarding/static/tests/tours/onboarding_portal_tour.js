import {SUBSCRIBER} from "./steps";
import {registry} from "@web/core/registry";

/** C: the subscriber follows his invitation and finds his service. */
registry.category("web_tour.tours").add("isp_onboarding_portal", {
    steps: () => [
        {trigger: "input#password", run: "edit Rumah-Kami-77"},
        {trigger: "input#confirm_password", run: "edit Rumah-Kami-77"},
        {
            trigger: ".oe_signup_form button[type='submit']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open his services",
            trigger: ".o_portal_docs a[href^='/my/services']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Open the one service",
            trigger: "table a[href^='/my/services/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "See what he has",
            trigger: `#isp_service_details:contains('${SUBSCRIBER}'):contains('Home 20')`,
        },
        {trigger: "a[href$='/handover']"},
    ],
});
