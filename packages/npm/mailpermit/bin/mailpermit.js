#!/usr/bin/env node
// Runs the program of this platform, which lies in a package of its own (an optional dependency).
'use strict';

const { spawnSync } = require('node:child_process');
const { constants } = require('node:os');

const platform = `${process.platform}-${process.arch}`;
const name = process.platform === 'win32' ? 'mailpermit.exe' : 'mailpermit';

/** The program: the one that is named in the environment, or that of this platform's package. */
function program() {
  if (process.env.MAILPERMIT_BINARY) {
    return process.env.MAILPERMIT_BINARY;
  }
  try {
    return require.resolve(`@mailpermit/${platform}/${name}`);
  } catch {
    return undefined;
  }
}

const found = program();
if (found === undefined) {
  console.error(`error: there is no program for ${platform} in the installed packages
  help: install without leaving out optional dependencies (no \`--omit=optional\`), on the platform that it is to run on
  help: \`cargo install mailpermit\` builds it for other platforms; MAILPERMIT_BINARY names one that is built`);
  process.exit(2);
}

const ended = spawnSync(found, process.argv.slice(2), { stdio: 'inherit', windowsHide: true });
if (ended.error) {
  console.error(`error: cannot start ${found}: ${ended.error.message}`);
  process.exit(2);
}
// What a signal ended reports it as shells do.
process.exit(ended.signal ? 128 + (constants.signals[ended.signal] ?? 0) : (ended.status ?? 2));
