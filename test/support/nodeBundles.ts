import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';
import { syntaxAssets } from './syntaxAssets';

const ROOT = path.join(__dirname, '..', '..');
const GRAMMARS = ['typescript', 'tsx', 'javascript', 'python', 'java', 'go', 'csharp'];

/** How the engine and the command line are bundled, as in esbuild.mjs. */
export const NODE_BUNDLE = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'error',
  alias: {
    'web-tree-sitter': path.join(ROOT, 'node_modules/web-tree-sitter/web-tree-sitter.cjs'),
    'jsonc-parser': path.join(ROOT, 'node_modules/jsonc-parser/lib/esm/main.js'),
  },
} as const satisfies BuildOptions;

/** Puts what the parsers load, and the pages of lint's rules, beside a bundle in `folder`. */
export function placeSyntaxAssets(folder: string): void {
  const assets = syntaxAssets();
  mkdirSync(path.join(folder, 'grammars'), { recursive: true });
  for (const name of GRAMMARS) {
    const from = assets.grammars(name);
    if (existsSync(from)) symlinkSync(from, path.join(folder, 'grammars', `${name}.wasm`));
  }
  symlinkSync(assets.queries, path.join(folder, 'queries'));
  symlinkSync(assets.runtime, path.join(folder, 'web-tree-sitter.wasm'));
  symlinkSync(path.join(ROOT, 'src/lint/RULES.md'), path.join(folder, 'rules.md'));
}
