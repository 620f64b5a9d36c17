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
  kotlin: '@tree-sitter-grammars/tree-sitter-kotlin/tree-sitter-kotlin.wasm',
  ruby: 'tree-sitter-ruby/tree-sitter-ruby.wasm',
  php: 'tree-sitter-php/tree-sitter-php.wasm',
  rust: 'tree-sitter-rust/tree-sitter-rust.wasm',
  elixir: 'tree-sitter-elixir/tree-sitter-elixir.wasm',
};

/** The parsers' assets as they lie in a checkout: grammars in node_modules, queries in the source. */
export function syntaxAssets(): AssetPaths {
  return {
    grammars: (name) => path.join(ROOT, 'node_modules', GRAMMARS[name] ?? `${name}.wasm`),
    queries: path.join(ROOT, 'src', 'syntax', 'queries'),
    runtime: path.join(ROOT, 'node_modules', 'web-tree-sitter', 'web-tree-sitter.wasm'),
  };
}
