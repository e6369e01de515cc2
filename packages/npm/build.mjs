#!/usr/bin/env node
// Puts together what is published to npm: the main package, and one package for each platform whose program is given.
//
// usage: packages/npm/build.mjs OUT TARGET=PROGRAM [TARGET=PROGRAM ...]
//
// TARGET is a key of targets.json. The version is that of Cargo.toml. With `--all` before OUT the main package names
// the packages of all platforms, as a release must; otherwise only those that were built.
import { chmodSync, copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '..', '..');
const fail = (message) => {
  console.error(`error: ${message}`);
  process.exit(2);
};

const args = process.argv.slice(2);
const all = args[0] === '--all';
const [out, ...given] = all ? args.slice(1) : args;
if (!out || given.length === 0) {
  fail('usage: build.mjs [--all] OUT TARGET=PROGRAM ...');
}
const version = /^version = "(.+)"$/m.exec(readFileSync(join(root, 'Cargo.toml'), 'utf8'))?.[1];
if (!version) {
  fail('Cargo.toml has no version');
}
const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
const licences = ['LICENSE-MIT', 'LICENSE-APACHE'];

const targets = json(join(here, 'targets.json'));
const main = json(join(here, 'mailpermit', 'package.json'));
const built = [];
for (const pair of given) {
  const [triple, program] = pair.split('=', 2);
  const target = targets[triple];
  if (!target || !program) {
    fail(`\`${pair}\` is no TARGET=PROGRAM; targets are ${Object.keys(targets).join(', ')}`);
  }
  const folder = join(out, target.package.replace('@mailpermit/', ''));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  copyFileSync(program, join(folder, target.binary));
  chmodSync(join(folder, target.binary), 0o755);
  licences.forEach((f) => copyFileSync(join(root, f), join(folder, f)));
  write(join(folder, 'package.json'), {
    name: target.package,
    version,
    description: `The program of mailpermit for ${target.os} on ${target.cpu}`,
    license: main.license,
    files: [target.binary],
    os: [target.os],
    cpu: [target.cpu],
    preferUnplugged: true,
  });
  built.push(target.package);
}

const folder = join(out, 'mailpermit');
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
cpSync(join(here, 'mailpermit', 'bin'), join(folder, 'bin'), { recursive: true });
chmodSync(join(folder, 'bin', 'mailpermit.js'), 0o755);
cpSync(join(root, 'schemas'), join(folder, 'schemas'), { recursive: true });
licences.forEach((f) => copyFileSync(join(root, f), join(folder, f)));
// A README of its own: that of the repository speaks of cargo and of folders that the package has not.
copyFileSync(join(here, 'mailpermit', 'README.md'), join(folder, 'README.md'));
const named = all ? Object.values(targets).map((t) => t.package) : built;
write(join(folder, 'package.json'), {
  ...main,
  version,
  optionalDependencies: Object.fromEntries(named.map((name) => [name, version])),
});
console.log(['mailpermit', ...built].map((name) => `${name}@${version}`).join('\n'));
