import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.join(__dirname, '..');
const SRC = path.join(ROOT, 'src');

/** Room → rooms it may import (itself always). The table of the design; type imports count. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  base: [],
  model: ['base'],
  protocol: ['base', 'model'],
  syntax: ['base'],
  traces: ['base', 'model'],
  insight: ['base', 'model', 'traces/traceql'],
  source: ['base', 'model', 'syntax'],
  lint: ['base', 'model', 'syntax', 'insight'],
  hints: ['base', 'model', 'source'],
  engine: ['base', 'model', 'protocol', 'traces', 'insight', 'syntax', 'source', 'lint', 'hints'],
  cli: ['base', 'model', 'protocol', 'traces', 'insight', 'syntax', 'source', 'lint', 'hints', 'engine'],
  vscode: ['base', 'protocol'],
  'extension.ts': ['base', 'protocol', 'vscode'],
  webview: ['base', 'protocol'],
};

/** Packages that only one place may import. */
const PACKAGE_HOMES: readonly { name: RegExp; home: RegExp }[] = [
  { name: /^vscode$/, home: /^(vscode\/|extension\.ts$)/ },
  { name: /^undici/, home: /^traces\/backends\/http\.ts$/ },
  { name: /^vscode-languageclient/, home: /^vscode\// },
  { name: /^vscode-languageserver/, home: /^engine\// },
  { name: /^web-tree-sitter/, home: /^syntax\// },
  { name: /^protobufjs/, home: /^traces\/otlp\// },
  { name: /^preact/, home: /^webview\// },
];

interface SourceFile {
  /** Relative to src, with `/`. */
  readonly file: string;
  readonly text: string;
  readonly imports: readonly string[];
}

function sourceFiles(): SourceFile[] {
  const names = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !name.startsWith('traces/otlp/generated/'));
  return names.map((file) => {
    const text = readFileSync(path.join(SRC, file), 'utf8');
    const imports = ts.preProcessFile(text, true, true).importedFiles.map((imported) => imported.fileName);
    return { file, text, imports };
  });
}

function resolveImport(from: string, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = path.posix.join(path.posix.dirname(from), specifier);
  for (const candidate of [`${base}.ts`, `${base}.tsx`, `${base}/index.ts`, base]) {
    const full = path.join(SRC, candidate);
    if (existsSync(full) && statSync(full).isFile()) return candidate;
  }
  return base;
}

function room(file: string): string {
  return file.includes('/') ? file.slice(0, file.indexOf('/')) : file;
}

function mayImport(from: string, to: string): boolean {
  if (room(from) === room(to)) return true;
  const allowed = ALLOWED[room(from)] ?? [];
  return allowed.some((place) => to === place || to.startsWith(`${place}/`));
}

function cycles(files: readonly SourceFile[]): string[] {
  const edges = new Map(files.map((f) => [f.file, f.imports.flatMap((i) => resolveImport(f.file, i) ?? [])]));
  const state = new Map<string, 'open' | 'done'>();
  const found: string[] = [];
  for (const start of edges.keys()) {
    const stack: { file: string; next: number }[] = [{ file: start, next: 0 }];
    while (stack.length > 0) {
      const top = stack.at(-1)!;
      if (top.next === 0 && state.get(top.file) === 'done') {
        stack.pop();
        continue;
      }
      state.set(top.file, 'open');
      const target = edges.get(top.file)?.[top.next++];
      if (target === undefined) {
        state.set(top.file, 'done');
        stack.pop();
      } else if (state.get(target) === 'open') {
        found.push([...stack.map((s) => s.file).slice(stack.findIndex((s) => s.file === target)), target].join(' → '));
      } else if (!state.has(target)) stack.push({ file: target, next: 0 });
    }
  }
  return found;
}

describe('architecture', () => {
  const files = sourceFiles();

  it('sees the source', () => {
    assert.ok(files.length > 20, `only ${files.length} files under src`);
  });

  it('knows every room', () => {
    const unknown = files.map((f) => room(f.file)).filter((r) => !(r in ALLOWED));
    assert.deepEqual([...new Set(unknown)], []);
  });

  it('keeps to the import table', () => {
    const broken = files.flatMap((f) =>
      f.imports
        .map((specifier) => resolveImport(f.file, specifier))
        .filter((to): to is string => to !== undefined && !mayImport(f.file, to))
        .map((to) => `${f.file} imports ${to}`),
    );
    assert.deepEqual(broken, []);
  });

  it('keeps packages in their rooms', () => {
    const broken = files.flatMap((f) =>
      f.imports.flatMap((specifier) =>
        PACKAGE_HOMES.filter((rule) => rule.name.test(specifier) && !rule.home.test(f.file)).map(
          () => `${f.file} imports ${specifier}`,
        ),
      ),
    );
    assert.deepEqual(broken, []);
  });

  it('has no import cycles, types included', () => {
    assert.deepEqual(cycles(files), []);
  });

  it('has no default exports and no file over 500 lines', () => {
    assert.deepEqual(
      files.filter((f) => /^export default/m.test(f.text) || f.text.split('\n').length > 500).map((f) => f.file),
      [],
    );
  });

  it('has no scripts at the top but those that build and check', () => {
    const scripts = readdirSync(ROOT).filter((name) => /\.[mc]?[jt]sx?$/.test(name));
    assert.deepEqual(scripts.sort(), ['esbuild.mjs', 'eslint.config.mjs']);
  });

  it('would notice a cycle and a forbidden import', () => {
    assert.equal(mayImport('model/trace.ts', 'vscode/client.ts'), false);
    assert.equal(mayImport('insight/find.ts', 'traces/store/store.ts'), false);
    const planted = [
      { file: 'base/planted-a', text: '', imports: ['./planted-b'] },
      { file: 'base/planted-b', text: '', imports: ['./planted-a'] },
    ];
    assert.equal(cycles(planted).length, 1);
  });
});
