// The Vite plugin that turns a build into an installable shell: it lists what was built, names that list by its
// content, builds the service worker with the list inside, and leaves compressed copies beside every file. The pages for
// phones that cannot have the app yet are built beside it, in a folder of their own.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { build, type Plugin } from 'vite';
import { precompress } from './precompress.ts';

/** `files` are stored at install, path by the first half of its SHA-256 (hex); `extras` are stored when a page first asks for them. */
export interface Shell {
  version: string;
  files: Record<string, string>;
  extras: Record<string, string>;
}

export function shell(): Plugin {
  let root = '';
  let dist = '';
  return {
    name: 'gatehouse-shell',
    apply: 'build',
    configResolved(config) {
      root = config.root;
      dist = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      await buildWorker(root, dist, await describe(dist));
      await buildInstall(root, join(dist, 'install'));
      await precompress(await filesIn(dist));
    },
  };
}

async function describe(dist: string): Promise<Shell> {
  const files: Record<string, string> = {};
  const extras: Record<string, string> = {};
  for (const file of await filesIn(dist)) {
    const path = `/${relative(dist, file).split(sep).join('/')}`;
    // A scanner's WebAssembly is 1 MB that most phones never need.
    const list = path.endsWith('.wasm') ? extras : files;
    list[path] = sha256(await readFile(file));
  }
  return { version: sha256(JSON.stringify([files, extras])).slice(0, 16), files, extras };
}

/** A build of its own: `configFile: false` keeps this plugin out of it, so it cannot recurse. */
async function buildWorker(root: string, dist: string, description: Shell): Promise<void> {
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    define: { __SHELL__: JSON.stringify(description) },
    build: {
      outDir: dist,
      emptyOutDir: false,
      reportCompressedSize: false,
      lib: { entry: join(root, 'src/sw.ts'), formats: ['iife'], name: 'worker', fileName: () => 'sw.js' },
    },
  });
}

/** Two pages outside the shell's list, sharing no chunk with the app, whose first paint they must not weigh on. */
async function buildInstall(root: string, folder: string): Promise<void> {
  await build({
    root,
    base: '/install/',
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      outDir: folder,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      rolldownOptions: { input: [join(root, 'install.html'), join(root, 'insecure.html')] },
    },
  });
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** 64 bits tell a spoiled file from a whole one: every phone fetches this list, and to a compressor it is random. */
function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex').slice(0, 16);
}
