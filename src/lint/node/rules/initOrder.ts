import type { Finding } from '../../../model/finding';
import type { CodeImport } from '../../../syntax/code/code';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { asFindingEvidence, firstLine, whereIs } from '../evidenceAt';
import { fileOfModule } from '../modules';
import type { NodeCode } from '../nodeCode';
import { isReached } from '../reached';
import { swallowedPackage } from '../process/bundles';
import { isLoadedFirst } from '../process/loadedFirst';
import type { Setup } from '../process/setups';
import { isUnder } from '../../project/projectFiles';

const RULE = 'JS-INIT-ORDER';

/** Modules that instrumentations patch when they are loaded. `undici` is not among them: it tells of itself. */
const PATCHED =
  /^(?:node:)?(https?|express|fastify|koa|kafkajs|amqplib|axios|got|pg|mysql2?|redis|ioredis|mongodb|mongoose|@grpc\/grpc-js|@nestjs\/core|@hapi\/hapi|@aws-sdk\/client-\w+)$/;

/** Rule 11: tracing whose modules are in a bundle, are loaded before it is set up, or are ES modules without a hook. */
export function initOrderFindings(node: NodeCode): Finding[] {
  const { tracing, code } = node;
  if (code.unheard?.has(RULE) === true || tracing.distribution !== undefined) return [];
  const bundled = intoBundle(node);
  if (bundled !== undefined) return [bundled];
  if (tracing.preload !== undefined) return [];
  if (isLoadedFirst(code.unit)) return [];
  return tracing.setups
    .filter((setup) => isUnder(code.unit.root, setup.source.path) && isReached(node, setup) && patches(setup))
    .flatMap((setup) => tooLate(node, setup) ?? withoutHook(node, setup) ?? []);
}

/** A package that an instrumentation is to patch and a bundler makes part of the program. */
function intoBundle(node: NodeCode): Finding | undefined {
  const swallowed = swallowedPackage(node);
  if (swallowed === undefined || node.coveredBy(swallowed.library) === undefined) return undefined;
  const { module, at, source, load } = swallowed;
  const setup = node.tracing.setups.find((one) => isReached(node, one));
  const [file, piece] = setup ? [setup.source, setup.call] : [source, load];
  const loads = relatedAt(source, firstLine(source, load), `\`${module}\` is loaded here`);
  return findingAt(RULE, file, firstLine(file, piece), {
    severity: 'hint',
    message: `\`${module}\` is patched when it is loaded, but ${whereIs(file, at)} makes it part of a bundle, where nothing is loaded any more: it stays untraced. Leave it outside (esbuild: \`--external:${module}\`).`,
    evidence: asFindingEvidence([at]),
    related: setup ? [loads] : [],
  });
}

/** With undici alone the order does not matter: it publishes what it does. */
function patches({ coverage }: Setup): boolean {
  return coverage.unknown.length === 0 && [...coverage.covered.keys()].some((library) => library !== 'undici');
}

/** A module that is loaded before the SDK starts: in the file of the set-up, or in the file that loads it. */
function tooLate(node: NodeCode, setup: Setup): Finding | undefined {
  const { source, function: fn } = setup;
  // Imports run before everything else in a file.
  const inFile = fn.id === 0 ? patchedIn(source, setup.call.start) : undefined;
  if (inFile !== undefined) return finding(source, setup.call, inFile.from, source, inFile);
  for (const entry of node.program.sources) {
    if (!node.runsInNode(entry) || entry === source) continue;
    const load = entry.code.imports.find(
      (one) => one.typeOnly !== true && fileOfModule(node.program, entry, one.from) === source,
    );
    if (load === undefined) continue;
    const call = fn.id === 0 ? undefined : startIn(entry, setup);
    if (fn.id !== 0 && call === undefined) continue;
    const earlier = patchedIn(entry, call?.start ?? load.start);
    if (earlier !== undefined) return finding(entry, call ?? load, earlier.from, entry, earlier);
  }
  return undefined;
}

/** Where a file calls the function that sets tracing up, outside of all functions. */
function startIn(entry: SourceCode, { source, function: fn }: Setup): Piece | undefined {
  const outer = [fn, ...source.around(fn)].filter(({ id }) => id !== 0).at(-1);
  const top = entry.code.functions[0];
  if (outer === undefined || outer.name === '' || top === undefined) return undefined;
  return entry
    .callsIn(top)
    .find(({ callee }) => (callee.kind === 'name' || callee.kind === 'member') && callee.name === outer.name);
}

function patchedIn(source: SourceCode, before: number): CodeImport | undefined {
  return source.code.imports.find((one) => one.typeOnly !== true && one.start < before && PATCHED.test(one.from));
}

function finding(source: SourceCode, at: Piece, module: string, other: SourceCode, load: Piece): Finding {
  return findingAt(RULE, source, firstLine(source, at), {
    severity: 'hint',
    message: `Tracing is set up here, after \`${module}\` was loaded: what is loaded by then is not patched. Load the set-up first, by \`--require\` or \`--import\`.`,
    related: [relatedAt(other, firstLine(other, load), `\`${module}\` is loaded here`)],
  });
}

/** ES modules are linked before any of them runs, and are only patched by a hook. */
function withoutHook(node: NodeCode, { source, call }: Setup): Finding | undefined {
  const { text } = source.code;
  const isModule = /\.m[jt]s$/.test(source.path) || /\bimport\.meta\b|^(?:const .*= )?await /m.test(text);
  if (!isModule || node.program.sources.some((source) => source.has(/import-in-the-middle|hook\.mjs|\bregister\(['"]/)))
    return undefined;
  return findingAt(RULE, source, firstLine(source, call), {
    severity: 'hint',
    message:
      'This is an ES module, and nothing loads a hook for such: imported modules are not patched. Start Node with `--import` of a file that registers `@opentelemetry/instrumentation/hook.mjs`.',
  });
}
