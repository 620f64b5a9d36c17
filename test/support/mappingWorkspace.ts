import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { nullLogger } from '../../src/base/logger';
import { toLine1 } from '../../src/base/positions';
import type { AttributeValue } from '../../src/model/attributes';
import type { Mapping } from '../../src/model/location';
import type { OperationKey, SpanKind } from '../../src/model/operation';
import { SourceMapper } from '../../src/source/sourceMapper';
import type { SourceMapperOptions } from '../../src/source/mapperOptions';
import { SyntaxService } from '../../src/syntax/syntaxService';
import { syntaxAssets } from './syntaxAssets';

/** The workspaces that mapping tests read. */
export const MAPPING_WORKSPACES = path.join(__dirname, '..', 'workspaces', 'mapping');

let shared: Promise<SyntaxService> | undefined;

/** One parser for all tests: loading grammars takes longer than the tests. */
export function sharedSyntax(): Promise<SyntaxService> {
  return (shared ??= SyntaxService.create(syntaxAssets()));
}

/** A mapper over folders, indexed. */
export async function openMapper(
  folders: readonly string[],
  options: Partial<SourceMapperOptions> = {},
): Promise<SourceMapper> {
  const mapper = new SourceMapper({ folders, syntax: await sharedSyntax(), logger: nullLogger, ...options });
  await mapper.start();
  return mapper;
}

/** An operation with what a test does not care about left out. */
export function operation(
  kind: SpanKind,
  name: string,
  attributes: Readonly<Record<string, AttributeValue>> = {},
  more: { service?: string; scope?: string; language?: string } = {},
): OperationKey {
  const resource = new Map<string, AttributeValue>();
  if (more.language !== undefined) resource.set('telemetry.sdk.language', more.language);
  const { service = '', scope = '' } = more;
  return { service, resource, scope, kind, name, attributes: new Map(Object.entries(attributes)) };
}

/** A mapping as a person reads it: `src/a.ts:3 create 0.85`, `ambiguous 2`, `unmapped library-code`. */
export function told(mapper: SourceMapper, mapping: Mapping): string {
  if (mapping.status === 'ambiguous') return `ambiguous ${mapping.candidates.length}`;
  if (mapping.status === 'unmapped') return `unmapped ${mapping.reason.code}`;
  const { file, line, symbol, confidence } = mapping.location;
  return `${mapper.relative(file)}:${toLine1(line)} ${symbol} ${Number(confidence.toFixed(2))}`;
}

/** A folder of files that lasts as long as `run`. */
export async function withFolder(
  files: Readonly<Record<string, string | Uint8Array>>,
  run: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spanlight-mapping-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
      writeFileSync(path.join(folder, name), content);
    }
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs over a folder of files, of which `ask` tells where the operation that `key` makes belongs, as {@link told} does. */
export async function withMapped<A extends unknown[]>(
  files: Readonly<Record<string, string>>,
  key: (...asked: A) => OperationKey,
  run: (ask: (...asked: A) => Promise<string>) => Promise<void>,
): Promise<void> {
  await withFolder(files, async (folder) => {
    const mapper = await openMapper([folder]);
    await run(async (...asked) => told(mapper, await mapper.map(key(...asked))));
  });
}

/** A request as the instrumentations of Python's frameworks name it. */
export function pythonRequest(method: string, route: string): OperationKey {
  const attributes = { 'http.route': route, 'http.method': method };
  return operation('SERVER', `${method} ${route}`, attributes, { language: 'python' });
}
