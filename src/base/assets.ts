import path from 'node:path';

/** Where the files lie that the parsers load at run time. */
export interface AssetPaths {
  /** Path of the grammar of this name (a key of syntax/grammars.json): WebAssembly, packed by Brotli if it ends in `.br`. */
  readonly grammars: (name: string) => string;
  /** Folder of the `.scm` queries. */
  readonly queries: string;
  /** The parser's own WebAssembly file. */
  readonly runtime: string;
}

/** The assets of a packaged build: they lie beside the bundle, so `folder` is the bundle's `__dirname`. */
export function assetsBeside(folder: string): AssetPaths {
  return {
    grammars: (name) => path.join(folder, 'grammars', `${name}.wasm.br`),
    queries: path.join(folder, 'queries'),
    runtime: path.join(folder, 'web-tree-sitter.wasm'),
  };
}
