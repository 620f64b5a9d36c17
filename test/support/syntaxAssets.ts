import path from 'node:path';
import type { AssetPaths } from '../../src/base/assets';
import grammars from '../../src/syntax/grammars.json';

const ROOT = path.join(__dirname, '..', '..');

const GRAMMARS: Readonly<Record<string, string>> = grammars;

/** The parsers' assets as they lie in a checkout: grammars in node_modules, queries in the source. */
export function syntaxAssets(): AssetPaths {
  return {
    grammars: (name) => path.join(ROOT, 'node_modules', GRAMMARS[name] ?? `${name}.wasm`),
    queries: path.join(ROOT, 'src', 'syntax', 'queries'),
    runtime: path.join(ROOT, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm'),
  };
}
