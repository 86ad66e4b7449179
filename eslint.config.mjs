// The rules that Odoo's own JavaScript is checked with, without plugins.
const ODOO_AND_BROWSER = {
    odoo: "readonly",
    document: "readonly",
    window: "readonly",
    console: "readonly",
    navigator: "readonly",
    location: "readonly",
    setTimeout: "readonly",
    clearTimeout: "readonly",
    setInterval: "readonly",
    fetch: "readonly",
    luxon: "readonly",
    DataTransfer: "readonly",
    File: "readonly",
    FormData: "readonly",
    PointerEvent: "readonly",
    Event: "readonly",
    Promise: "readonly",
};

const SERVICE_WORKER = {
    caches: "readonly",
    self: "readonly",
    URL: "readonly",
};

export default [
    {
        files: ["**/*.js"],
        languageOptions: {
            ecmaVersion: 2024,
            sourceType: "module",
            globals: ODOO_AND_BROWSER,
        },
        linterOptions: {reportUnusedDisableDirectives: "error"},
        rules: {
            "array-callback-return": "error",
            complexity: ["error", 12],
            curly: "error",
            "default-case": "error",
            "dot-notation": "error",
            eqeqeq: "error",
            "no-console": "error",
            "no-debugger": "error",
            "no-dupe-keys": "error",
            "no-else-return": "error",
            "no-eval": "error",
            "no-implied-eval": "error",
            "no-shadow": "error",
            "no-undef": "error",
            "no-unreachable": "error",
            "no-unused-vars": "error",
            "no-use-before-define": "error",
            "no-var": "error",
            "prefer-const": "error",
            "prefer-template": "error",
        },
    },
    {
        files: ["**/service_worker.js"],
        languageOptions: {globals: SERVICE_WORKER},
    },
];
