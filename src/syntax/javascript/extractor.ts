import { idiomsOf, sitesOf } from '../extract/idioms';
import type { ExtractionInput, LanguageExtractor } from '../extract/languageExtractor';
import { finishFile, openFile, readConstants } from '../extract/openFile';
import { readSettingConstants } from '../extract/settingConstants';
import type { FileFacts } from '../facts';
import { readDecorators } from './decorators';
import { readExports } from './exports';
import type { JavascriptFile } from './file';
import { readResolverMaps } from './api/graphql';
import { CALL_IDIOMS, NEW_IDIOMS } from './idioms';
import { javascriptImports } from './imports';
import { madeBy, variableRules } from './made';
import { javascriptScopes } from './outline';
import { JAVASCRIPT_PREFILTER } from './prefilter';
import { readRouteObjects } from './routeObjects';
import { declarePlugins, declareRouters } from './routers';
import { stubCall } from './api/rpc';
import { JAVASCRIPT_SHAPES } from './shapes/shapes';
import { readServiceNames, setupCall } from './serviceNames';
import { READS_SETTINGS, readSettingMembers } from './settings';
import { spanHelper } from './spans';
import { readProcedures } from './api/trpc';
import { JavascriptValues } from './values';

const SHARED = ['javascript-functions', 'javascript-structure', 'javascript-calls'];

/** Reads `.js`, `.mjs`, `.cjs` and `.jsx`. */
export const javascriptExtractor: LanguageExtractor = {
  queries: [...SHARED, 'javascript-only'],
  shapes: JAVASCRIPT_SHAPES,
  prefilter: JAVASCRIPT_PREFILTER,
  extract,
};

/** Reads `.ts`, `.mts`, `.cts` and `.tsx`. */
export const typescriptExtractor: LanguageExtractor = {
  queries: [...SHARED, 'typescript-only'],
  shapes: JAVASCRIPT_SHAPES,
  prefilter: JAVASCRIPT_PREFILTER,
  extract,
};

function extract(input: ExtractionInput): FileFacts {
  const opened = openFile(input, {
    scopes: javascriptScopes,
    variables: variableRules,
    values: (source, outline, constants) => new JavascriptValues(source, outline, constants),
  });
  const imports = javascriptImports(opened.captures, opened.source);
  const file: JavascriptFile = {
    ...opened,
    imported: new Map(
      imports.flatMap(({ from, names }) => Object.entries(names).map(([local, name]) => [local, { from, name }])),
    ),
  };
  file.facts.imports.push(...imports);
  readConstants(file);
  readSettingConstants(file, READS_SETTINGS);
  readMembers(file);
  readSettingMembers(file);
  readQueueNames(file);
  declareRouters(file);
  declarePlugins(file);
  readCalls(file);
  readDecorators(file);
  readServiceNames(file);
  readExports(file);
  readResolverMaps(file);
  readProcedures(file);
  readRouteObjects(file);
  return finishFile(input, file);
}

/** Texts that are members of objects and enums: `Topics.ORDERS`. */
function readMembers({ captures, source, constants, values }: JavascriptFile): void {
  for (const { node, parts } of captures.of('member')) {
    const value = values.text(parts.value);
    if (value === undefined || parts.name === undefined || parts.owner === undefined) continue;
    const name = source.of(parts.name).replace(/^['"]|['"]$/g, '');
    const around = [parts.owner, parts.outer, parts.group].flatMap((part) =>
      part === undefined ? [] : source.of(part),
    );
    constants.add(name, value, node.startIndex, around);
  }
}

/** `queue.name` of `const queue = new Queue('emails')`. */
function readQueueNames({ captures, source, constants, values }: JavascriptFile): void {
  if (!source.text.includes('new Queue')) return;
  for (const { node, parts } of captures.of('made')) {
    const made = parts.value === undefined ? undefined : madeBy(parts.value, source);
    if (made?.how !== 'new' || made.by !== 'Queue' || parts.name === undefined) continue;
    const name = values.text(made.args[0]);
    if (name !== undefined) constants.add('name', name, node.startIndex, [source.of(parts.name)]);
  }
}

function readCalls(file: JavascriptFile): void {
  // Decorators are calls to the grammar; they have a reader of their own.
  const decorators = new Set(file.captures.of('decorator').map(({ node }) => node.namedChildren[0]?.id));
  const hasStubs = /Client|credentials|getService/.test(file.source.text);
  for (const site of sitesOf(file, 'call')) {
    if (decorators.has(site.node.id)) continue;
    const idioms = idiomsOf(CALL_IDIOMS, site.name);
    for (const idiom of idioms) idiom(site, file);
    if (idioms.length === 0) {
      spanHelper(site, file);
      setupCall(site, file);
    }
    if (hasStubs) stubCall(site, file);
  }
  for (const site of sitesOf(file, 'new')) {
    for (const idiom of idiomsOf(NEW_IDIOMS, site.name)) idiom(site, file);
  }
}
