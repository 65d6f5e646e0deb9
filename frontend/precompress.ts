// Brotli and gzip beside every compressible file, once at build time, so that the server never compresses.

import { readFile, writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { brotliCompressSync, gzipSync, constants as zlib } from 'node:zlib';

const COMPRESSIBLE = new Set(['.css', '.html', '.js', '.json', '.svg', '.txt', '.wasm', '.webmanifest']);

/** Writes `file.br` and `file.gz` where they are smaller than the file itself. */
export async function precompress(files: string[]): Promise<void> {
  for (const file of files.filter((name) => COMPRESSIBLE.has(extname(name)))) {
    const plain = await readFile(file);
    const packed = {
      br: brotliCompressSync(plain, { params: { [zlib.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
      gz: gzipSync(plain, { level: 9 }),
    };
    for (const [ending, bytes] of Object.entries(packed)) {
      if (bytes.length < plain.length) await writeFile(`${file}.${ending}`, bytes);
    }
  }
}
