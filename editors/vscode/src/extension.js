// Starts the language server of Centwright for the rulebooks of the open folders.
const { commands, window, workspace } = require("vscode");
const { LanguageClient, State } = require("vscode-languageclient/node");

const FILES = ["**/*.rules", "**/company.yaml", "**/{catalog,plans,rules,vat,templates}/**/*.{yaml,yml}", "**/catalog/**/*.csv"];
let client = null;

// The command of the server: its program and arguments, as the settings have them.
function server(settings) {
  const [program, ...words] = settings.get("command");
  const language = settings.get("language");
  return { command: program, args: [...words, ...(language ? ["--language", language] : []), "lsp", "--stdio"] };
}

async function start(context) {
  const run = server(workspace.getConfiguration("centwright"));
  client = new LanguageClient("centwright", "Centwright", { run, debug: run }, {
    documentSelector: FILES.map((pattern) => ({ scheme: "file", pattern })),
    synchronize: { fileEvents: FILES.map((pattern) => workspace.createFileSystemWatcher(pattern)) },
  });
  try {
    await client.start();
  } catch (error) {
    const answer = await window.showErrorMessage(`${run.command} does not start: ${error.message}`, "Open the settings");
    if (answer) await commands.executeCommand("workbench.action.openSettings", "centwright.command");
  }
}

async function stop() {
  const before = client;
  client = null;
  if (before && before.state !== State.Stopped) await before.stop();
}

async function activate(context) {
  const restart = async () => { await stop(); await start(context); };
  context.subscriptions.push(
    commands.registerCommand("centwright.restart", restart),
    workspace.onDidChangeConfiguration((change) => { if (change.affectsConfiguration("centwright")) return restart(); }),
  );
  await start(context);
}

module.exports = { activate, deactivate: stop, server };
