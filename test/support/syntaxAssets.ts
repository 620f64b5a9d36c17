import path from 'node:path';
import type { AssetPaths } from '../../src/base/assets';

const ROOT = path.join(__dirname, '..', '..');

const GRAMMARS: Readonly<Record<string, string>> = {
  typescript: 'tree-sitter-typescript/tree-sitter-typescript.wasm',
  tsx: 'tree-sitter-typescript/tree-sitter-tsx.wasm',
  javascript: 'tree-sitter-javascript/tree-sitter-javascript.wasm',
  python: 'tree-sitter-python/tree-sitter-python.wasm',
  java: 'tree-sitter-java/tree-sitter-java.wasm',
  go: 'tree-sitter-go/tree-sitter-go.wasm',
  csharp: 'tree-sitter-c-sharp/tree-sitter-c_sharp.wasm',
};

/** The parsers' assets as they lie in a checkout: grammars in node_modules, queries in the source. */
export function syntaxAssets(): AssetPaths {
  return {
    grammars: (name) => path.join(ROOT, 'node_modules', GRAMMARS[name] ?? `${name}.wasm`),
    queries: path.join(ROOT, 'src', 'syntax', 'queries'),
    runtime: path.join(ROOT, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm'),
  };
}
