#!/usr/bin/env node
'use strict';
// Old on purpose: every Node from 12 on must be able to read this file, to be told what it lacks. It loads nothing
// before that.
var fs = require('fs');
var path = require('path');

var project = path.dirname(__dirname);
var needed = [22, 17];

/** 78: EX_CONFIG of sysexits.h, as src/cli/exit.ts has it. */
function fail(sentence) {
  process.stderr.write(sentence + '\n');
  process.exit(78);
}

function isOld(version) {
  var parts = version.split('.').map(Number);
  return parts[0] < needed[0] || (parts[0] === needed[0] && parts[1] < needed[1]);
}

/** A clone is built by its first command; a package comes built. */
function build() {
  var scripts = path.join(project, 'scripts', 'build.mjs');
  var compiler = path.join(project, 'node_modules', 'typescript');
  if (!fs.existsSync(scripts) || !fs.existsSync(compiler)) {
    fail('registry-gateway is not built. In ' + project + ', run: npm ci && npm run build');
  }
  process.stderr.write('Building registry-gateway, once.\n');
  var built = require('child_process').spawnSync(process.execPath, [scripts], {
    cwd: project,
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) fail('registry-gateway could not be built. In ' + project + ', run: npm run build');
}

if (isOld(process.versions.node)) {
  var own = path.join(project, 'node_modules', '.bin', 'node');
  fail(
    'registry-gateway needs Node.js ' +
      needed.join('.') +
      ' or later; this is ' +
      process.version +
      '. ' +
      (fs.existsSync(own)
        ? 'Start it by npm, which takes the Node.js of node_modules: npm start'
        : 'See https://nodejs.org.'),
  );
}

var main = path.join(project, 'dist', 'main.js');
if (!fs.existsSync(main)) build();
process.setSourceMapsEnabled(true);
void import(require('url').pathToFileURL(main).href);
