import type { Finding } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import type { Piece } from '../../../syntax/code/piece';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { atEachCall } from '../calls';
import type { NodeCode } from '../nodeCode';
import { reaches } from '../process/npmVersions';
import { isAside } from '../serverSide';
import { importsOne } from '../loadedModules';

const STARTS = /\bstart(?:Active)?Span\b/;

/** As an entry of an object is written; `parent` stands in most texts that speak of spans. */
const HAS_ENTRY = /\b(?:parent|childOf)\b['"]?\s*[:,}]/;

/** The first API whose spans take their parent from a context only. */
const SINCE = '0.12.0';

/**
 * Rule 33: `tracer.startSpan(name, { parent })`. OpenTelemetry knows no such option (OpenTracing's `childOf` and the first
 * drafts of the API did): the span becomes a child of whatever is active.
 */
export function parentOptionFindings(node: NodeCode): Finding[] {
  if (!node.isTraced || node.tracing.distribution !== undefined) return [];
  const api = node.code.unit.dependencies.get('@opentelemetry/api');
  if (api !== undefined && reaches(api, SINCE) === 'no') return [];
  const sources = node.program.sources.filter(
    (source) =>
      source.has(HAS_ENTRY) &&
      source.has(STARTS) &&
      importsOne(source, ['@opentelemetry/api'], ({ from }) => from === '@opentelemetry/api') &&
      !isAside(node.code.unit, source),
  );
  return atEachCall(sources, ({ source, call }) => findingOf(source, call));
}

function findingOf(source: SourceCode, call: Call): Finding | undefined {
  const option = ignoredParent(source, call);
  if (option === undefined) return undefined;
  return findingAt('EXTRACT-UNUSED', source, firstLine(source, call), {
    severity: 'warning',
    message: `\`startSpan\` knows no option \`${source.textOf(option).split(/\W/)[0]}\`: the span is no child of it. Give the context that holds the parent as the third argument.`,
  });
}

/** The entry of the options; undefined where a context is given besides, which counts. */
function ignoredParent(source: SourceCode, { callee, args }: Call): Piece | undefined {
  if (callee.kind !== 'member' || !/^(startSpan|startActiveSpan)$/.test(callee.name)) return undefined;
  if (!/tracer/i.test(source.textOf(callee.object)) || args[1]?.value.kind !== 'object') return undefined;
  if (args.slice(2).some(({ value }) => value.kind !== 'function')) return undefined;
  return args[1].value.entries.find(({ key }) => key === 'parent' || key === 'childOf');
}
