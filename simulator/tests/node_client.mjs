// A day of node-routeros: add, find, change, be refused, listen, remove.
// PACKAGES names the package.json beside which it is installed.
import {createRequire} from "node:module";

const {RouterOSAPI} = createRequire(process.env.PACKAGES)("node-routeros");
const [port, kind] = process.argv.slice(2);

const api = new RouterOSAPI({
    host: "127.0.0.1",
    user: "admin",
    password: "admin",
    port: Number(port),
    tls: kind === "tls" ? {rejectUnauthorized: false} : undefined,
});
await api.connect();

const added = await api.write("/ppp/secret/add", ["=name=node", "=comment=e"]);
const found = await api.write("/ppp/secret/print", [
    "?name=node",
    "=.proplist=.id,name,comment",
]);
const id = found[0][".id"];
await api.write("/ppp/secret/set", [`=.id=${id}`, "=disabled=yes"]);
const [changed] = await api.write("/ppp/secret/print", ["?name=node"]);
const refused = await api
    .write("/ppp/secret/add", ["=name=node"])
    .catch((error) => error.message);

const listened = new Promise((resolve) => {
    const stream = api.stream(["/ppp/secret/listen"], (error, row) => {
        if (row && row.name) {
            stream.stop();
            resolve(row.name);
        }
    });
});
await api.write("/ppp/secret/add", ["=name=second"]);
const heard = await listened;
await api.write("/ppp/secret/remove", [`=.id=${id}`]);
const left = await api.write("/ppp/secret/print");
process.stdout.write(
    JSON.stringify({
        added: added[0].ret,
        found,
        disabled: changed.disabled,
        refused,
        listened: heard,
        left: left.length,
    })
);
await api.close();
