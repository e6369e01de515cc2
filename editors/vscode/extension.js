// Starts the language server of mailpermit, and nothing more: what is shown is said by the server.
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** What the server reads; other files are not worth sending. */
const LANGUAGES = [
  'javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'vue', 'svelte', 'java', 'kotlin', 'python',
  'csharp', 'razor', 'aspnetcorerazor', 'php', 'ruby', 'go', 'html', 'handlebars', 'yaml', 'json', 'jsonc', 'markdown',
];

let client;

/** The program: the one in the settings, the one that the folder's own packages bring, or the one on the path. */
function program() {
  const set = vscode.workspace.getConfiguration('mailpermit').get('path');
  if (set) {
    return set;
  }
  if (vscode.workspace.isTrusted) {
    const name = process.platform === 'win32' ? 'mailpermit.exe' : 'mailpermit';
    const platform = `${process.platform}-${process.arch}`;
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      const file = path.join(folder.uri.fsPath, 'node_modules', '@mailpermit', platform, name);
      if (fs.existsSync(file)) {
        return file;
      }
    }
  }
  return 'mailpermit';
}

async function start() {
  const run = { command: program(), args: ['lsp'] };
  client = new LanguageClient('mailpermit', 'mailpermit', { run, debug: run }, {
    documentSelector: LANGUAGES.map((language) => ({ scheme: 'file', language })),
  });
  try {
    await client.start();
  } catch (error) {
    const chosen = await vscode.window.showErrorMessage(
      `mailpermit cannot be started (${error.message}). Install it with \`npm install --save-dev mailpermit\`.`,
      'Settings',
    );
    if (chosen === 'Settings') {
      await vscode.commands.executeCommand('workbench.action.openSettings', 'mailpermit.path');
    }
  }
}

async function stop() {
  const running = client;
  client = undefined;
  if (running?.needsStop()) {
    await running.stop();
  }
}

exports.activate = async (context) => {
  const restart = async () => {
    await stop();
    await start();
  };
  context.subscriptions.push(
    vscode.commands.registerCommand('mailpermit.restart', restart),
    vscode.workspace.onDidChangeConfiguration((e) => e.affectsConfiguration('mailpermit.path') && restart()),
  );
  await start();
};

exports.deactivate = stop;
