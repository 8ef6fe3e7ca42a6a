// The language client of the extension against the real server: `vscode-languageclient` needs VS Code, so its own transport is used.
const assert = require("node:assert");
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const test = require("node:test");
const Module = require("node:module");
const { pathToFileURL } = require("node:url");
const rpc = require("vscode-jsonrpc/node");

// Only the names that the extension takes from the editor when it is loaded.
const load = Module._load;
Module._load = (name, ...rest) => (name === "vscode" ? {} : name === "vscode-languageclient/node" ? { LanguageClient: class {}, State: {} } : load(name, ...rest));
const { server } = require("../src/extension.js");
Module._load = load;

const COMMAND = JSON.parse(process.env.CENTWRIGHT_COMMAND || '["centwright"]');

test("the command of the settings answers as a server, in the language of the settings", async () => {
  const settings = { command: COMMAND, language: "fr" };
  const { command, args } = server({ get: (name) => settings[name] });
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "centwright-"));
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "ignore"] });
  try {
    fs.writeFileSync(path.join(folder, "company.yaml"), "kind: company\n");
    fs.mkdirSync(path.join(folder, "rules"));
    const file = path.join(folder, "rules", "a.rules");
    fs.writeFileSync(file, "");
    const uri = pathToFileURL(file).href;
    const connection = rpc.createMessageConnection(new rpc.StreamMessageReader(child.stdout), new rpc.StreamMessageWriter(child.stdin));
    const told = new Promise((resolve) => connection.onNotification("textDocument/publishDiagnostics", (one) => { if (one.uri === uri && one.diagnostics.length) resolve(one.diagnostics); }));
    connection.listen();
    const { capabilities } = await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
    assert.ok(capabilities.completionProvider && capabilities.hoverProvider && capabilities.codeActionProvider);
    await connection.sendNotification("initialized", {});
    await connection.sendNotification("textDocument/didOpen", { textDocument: { uri, languageId: "centwright", version: 1, text: "price x\n  at 29,00 EUR\n" } });
    const problem = (await told).find((one) => one.code === "comma-in-number");
    assert.match(problem.message, /virgule/);
    const [action] = await connection.sendRequest("textDocument/codeAction", { textDocument: { uri }, range: problem.range, context: { diagnostics: [problem] } });
    assert.strictEqual(action.edit.changes[uri][0].newText, "29.00 EUR");
    await connection.sendRequest("shutdown");
    await connection.sendNotification("exit");
    assert.strictEqual(await new Promise((resolve) => child.on("exit", resolve)), 0);
    connection.dispose();
  } finally {
    child.kill();
    fs.rmSync(folder, { recursive: true });
  }
});
