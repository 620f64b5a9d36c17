import type { Line0 } from '../../../base/positions';
import { attributeText, firstText } from '../../../model/attributes';
import type { OperationKey } from '../../../model/operation';
import { NO_PLACES, ownerCandidate, type Candidate, type EvidenceContext, type FoundPlaces } from '../../candidate';
import { functionsNamed } from '../../names/matchFunction';
import type { FileFacts } from '../../../syntax/facts';
import type { WorkspaceFile } from '../../workspace/workspaceFiles';
import { CONFIDENCE, SHARED } from '../confidences';

/** The module that a span of Rust's `tracing` was made in, `shop::orders`; undefined for other spans. */
export function rustModule({ attributes }: OperationKey): string | undefined {
  const module = firstText(attributes, ['code.module.name', 'code.namespace']);
  if (module === undefined || !/^[a-z_]\w*(::\w+)*$/.test(module)) return undefined;
  const path = firstText(attributes, ['code.file.path', 'code.filepath']);
  return module.includes('::') || path?.endsWith('.rs') === true ? module : undefined;
}

/**
 * The files of the module that a span names, nearest first; undefined where it names none.
 * An empty list: the module is of no crate of the workspace.
 */
export async function rustModuleFiles(
  operation: OperationKey,
  context: EvidenceContext,
): Promise<readonly WorkspaceFile[] | undefined> {
  const module = rustModule(operation);
  if (module === undefined) return undefined;
  context.touch('paths');
  const files = (await context.index.modules.rust.filesOfModule(module)) ?? [];
  return context.scope.nearest(files, (file) => file);
}

/**
 * `tracing` sends the module alone: the function that `#[instrument]` stands on is the span's name
 * (https://docs.rs/tracing-opentelemetry, `with_location`).
 */
export function rustModuleEvidence(operation: OperationKey, context: EvidenceContext): FoundPlaces {
  const named = firstText(operation.attributes, ['code.function.name', 'code.function']);
  const module = named === undefined ? rustModule(operation) : undefined;
  return module === undefined ? NO_PLACES : placesOfModule(module, operation, context);
}

async function placesOfModule(module: string, operation: OperationKey, context: EvidenceContext): Promise<Candidate[]> {
  const files = (await rustModuleFiles(operation, context)) ?? [];
  const path = firstText(operation.attributes, ['code.file.path', 'code.filepath']);
  if (files.length === 0 || (path !== undefined && context.paths.isLibrary(path))) {
    context.miss('library-code', `The span was made in ${module}, which is no crate of the workspace.`);
    return [];
  }
  const line = Number(
    attributeText(operation.attributes, 'code.line.number') ?? attributeText(operation.attributes, 'code.lineno'),
  );
  const found: Candidate[] = [];
  for (const file of files) {
    const facts = await context.facts(file);
    if (!facts) continue;
    const all = functionsNamed(facts, { module: '', container: [], name: operation.name });
    const instrumented = all.filter((index) =>
      facts.spans.some((span) => span.function === index && span.name === undefined),
    );
    const some = instrumented.length > 0 ? instrumented : all;
    const here = some.filter((index) => {
      const { startLine, endLine } = facts.functions[index]!.range;
      return line - 1 >= startLine && line - 1 <= endLine;
    });
    const best = here.length > 0 ? here : some;
    const confidence = best.length > 1 ? SHARED.function : CONFIDENCE.function.qualified;
    const because = { kind: 'function', confidence, text: `function ${module}::${operation.name}` } as const;
    found.push(...best.map((index) => ownerCandidate(file, facts, index, because)));
  }
  return found.length > 1
    ? found.map((one) => ({ ...one, confidence: Math.min(one.confidence, SHARED.function) }))
    : found;
}

/**
 * The function whose span bears the name, where the line of a span leads to code that starts none of it: the file was
 * changed. Undefined where the line may be right.
 */
export function spanMovedTo(facts: FileFacts, line: number, name: string): number | undefined {
  const named = facts.spans.filter((span) => {
    const own = span.name === undefined ? facts.functions[span.function]?.name : undefined;
    return (span.name?.kind === 'literal' ? span.name.text : own) === name;
  });
  const around = named.some(({ function: index, range }) => {
    const { startLine, endLine } = facts.functions[index]?.range ?? range;
    return line - 1 >= startLine && line - 1 <= endLine;
  });
  const owners = [...new Set(named.map((span) => span.function))];
  return !around && owners.length === 1 && owners[0]! >= 0 ? owners[0] : undefined;
}

/**
 * Whether a span of Rust or Elixir is started well inside a function: it measures a block of it
 * (`async { … }.instrument(info_span!("x"))`, `with_span "x" do`), and is shown there.
 */
export function isBlock(facts: FileFacts, index: number, row: Line0): boolean {
  const head = facts.functions[index]?.nameRange.endLine;
  return (facts.language === 'rust' || facts.language === 'elixir') && head !== undefined && row > head + 2;
}
