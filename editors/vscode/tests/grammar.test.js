// The colours of a rule file by the generated grammar, as VS Code computes them: vscode-textmate over Oniguruma.
const assert = require("node:assert");
const fs = require("node:fs");
const path = require("node:path");
const test = require("node:test");
const { createOnigScanner, createOnigString, loadWASM } = require("vscode-oniguruma");
const { INITIAL, Registry, parseRawGrammar } = require("vscode-textmate");

const FOLDER = path.join(__dirname, "..");

async function grammar() {
  const wasm = fs.readFileSync(path.join(path.dirname(require.resolve("vscode-oniguruma")), "onig.wasm"));
  await loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length));
  const file = path.join(FOLDER, "syntaxes", "centwright.tmLanguage.json");
  const registry = new Registry({
    onigLib: Promise.resolve({ createOnigScanner, createOnigString }),
    loadGrammar: async () => parseRawGrammar(fs.readFileSync(file, "utf8"), file),
  });
  return registry.loadGrammar("source.centwright");
}

test("each piece of a rule has the scope of what it is", async () => {
  const made = await grammar();
  const text = ['price care "A price, # no comment"', "  for product SUB-CORE", "  from 2027-01-01 # a comment", "  at 29.00 EUR per seat", "  when customer.segment is known and line.quantity >= 12.5%",
    "define half : Number = 0.5"];
  const scopes = {};
  let stack = INITIAL;
  for (const line of text) {
    const result = made.tokenizeLine(line, stack);
    stack = result.ruleStack;
    for (const token of result.tokens) {
      const piece = line.slice(token.startIndex, token.endIndex).trim();
      if (piece) scopes[piece] = token.scopes.at(-1);
    }
  }
  const expected = { price: "keyword.control.block", '"A price, # no comment"': "string.quoted.double", for: "keyword.other", "SUB-CORE": "constant.other.code",
    "2027-01-01": "constant.numeric.date", "# a comment": "comment.line.number-sign", "29.00 EUR": "constant.numeric.money", "customer.segment": "variable.other",
    "12.5%": "constant.numeric.percent", define: "keyword.control.block", Number: "support.type" };
  for (const [piece, scope] of Object.entries(expected)) assert.strictEqual(scopes[piece], `${scope}.centwright`, piece);
});
