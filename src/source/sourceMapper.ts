import path from 'node:path';
import { Emitter } from '../base/event';
import { DISPLAY_CONFIDENCE, type Mapping, type SourceLocation, type UnmappedReason } from '../model/location';
import { operationId } from '../model/operationTable';
import type { OperationId, OperationKey } from '../model/operation';
import type { FunctionFact } from '../syntax/facts';
import { sdkLanguage, type Candidate, type EvidenceContext } from './candidate';
import { codeOrigin, originKey, type CodeOrigin } from './drift/origin';
import { measuredOn } from './drift/measuredOn';
import { PastCode } from './drift/pastCode';
import { exceptionEvidence } from './evidence/exception';
import { applyChoices, type Applied } from './choices/applyChoices';
import { Choices, isNothing } from './choices/choices';
import { readEvidence } from './evidence/kinds';
import { sampledCandidates } from './evidence/samples';
import { sameNameGuess } from './evidence/sameName';
import { explainMapping, type MappingExplanation } from './explain';
import { Dependencies } from './index/dependencies';
import type { CodeHistory, SourceMapperOptions, SpanSample } from './mapperOptions';
import { dialectOf, nameDialect } from './names/qualifiedName';
import { findOpenTelemetryUse, type OpenTelemetryUse } from './openTelemetryUse';
import type { LearnedRule } from './paths/learnedRules';
import { unmatchedTouch } from './placeInCode';
import { resolve } from './resolve';
import { WorkspaceCode } from './workspaceCode';
import type { WorkspaceFile } from './workspace/workspaceFiles';

/** Files indexed so far. */
export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Where operations are in the workspace's code. Every operation is resolved once, and again only when something changes
 * that its answer was made from.
 */
export class SourceMapper {
  private readonly code: WorkspaceCode;
  /** Operations that differ in nothing but the code they ran are one; the answer is for the code asked for last. */
  private readonly answers = new Map<OperationId, { readonly origin: string; readonly mapping: Promise<Mapping> }>();
  private readonly settled = new Map<OperationId, Mapping>();
  private readonly dependencies = new Dependencies<OperationId>();
  private readonly changed: Emitter<readonly OperationId[]>;
  private started: Promise<void> | undefined;
  private generation = 0;
  private choices: Choices;
  private readonly history: CodeHistory;
  private readonly samplesOf: (operation: OperationId) => readonly SpanSample[];

  constructor(options: SourceMapperOptions) {
    this.code = new WorkspaceCode(options);
    this.choices = options.choices ?? new Choices();
    this.history = options.history ?? {};
    this.samplesOf = options.samplesOf ?? (() => []);
    this.changed = new Emitter((error) => options.logger.error(`A listener of mappings failed: ${String(error)}`));
  }

  /** Fired with the operations whose answers no longer hold; ask {@link map} anew. */
  get onDidChange(): Emitter<readonly OperationId[]>['event'] {
    return this.changed.event;
  }

  /** Lists and indexes the workspace. Until it is done, {@link map} waits. */
  start(signal?: AbortSignal, onProgress: (progress: IndexProgress) => void = () => undefined): Promise<void> {
    this.started ??= this.code.open(signal, (done, total) => onProgress({ done, total }));
    return this.started;
  }

  /** A file was written, created or edited: `text` is an open document's, undefined where the disk counts. */
  async updateFile(file: string, text: string | undefined): Promise<void> {
    await this.start();
    this.invalidate(await this.code.update(path.resolve(file), text));
  }

  async removeFile(file: string): Promise<void> {
    await this.start();
    this.invalidate(await this.code.remove(path.resolve(file)));
  }

  /** The place of an operation, or why it has none. */
  async map(key: OperationKey): Promise<Mapping> {
    await this.start();
    this.noteServices([key.service]);
    const id = operationId(key);
    const origin = originKey(this.originOf(id, key));
    const known = this.answers.get(id);
    if (known?.origin === origin) return known.mapping;
    const mapping = this.resolveOperation(id, key);
    this.answers.set(id, { origin, mapping });
    mapping.catch(() => this.answers.delete(id));
    return mapping;
  }

  /** The place of one span, by what it said itself. Worked out anew each time. */
  async mapSpan(key: OperationKey, sample: SpanSample): Promise<Mapping> {
    await this.start();
    const misses: UnmappedReason[] = [];
    const context = this.context(operationId(key), key, () => undefined, misses);
    const { candidates } = await this.candidatesWith(key, [sample], context);
    return this.measured(resolve(candidates, misses), context);
  }

  /** The place of an operation with everything that was considered on the way. Worked out anew each time. */
  async explain(key: OperationKey): Promise<MappingExplanation> {
    await this.start();
    this.noteServices([key.service]);
    const misses: UnmappedReason[] = [];
    const id = operationId(key);
    const context = this.context(id, key, () => undefined, misses);
    const applied = await this.candidates(id, key, context);
    const guesses = await sameNameGuess(key, context);
    const explained = explainMapping({ applied, guesses, misses, pick: this.choices.of(key).pick });
    const mapping = await this.measured(explained.mapping, context);
    return { ...explained, mapping, history: [...context.past.notes] };
  }

  /** The answer for an operation if it is known and still holds. */
  peek(id: OperationId): Mapping | undefined {
    return this.settled.get(id);
  }

  /** Tells which services send spans, so that the first operation of one is not matched into another's folder. */
  noteServices(services: Iterable<string>): void {
    let isShrunk = false;
    for (const service of services) isShrunk = this.code.services.note(service) || isShrunk;
    if (isShrunk) this.invalidate(['services']);
  }

  /** These operations were called in another process than before, which may run other code. */
  originsChanged(operations: readonly OperationId[]): void {
    this.invalidateAnswers(operations);
  }

  /** More is known of what single spans of these operations said. */
  samplesChanged(operations: readonly OperationId[]): void {
    this.invalidateAnswers(operations);
  }

  /** Git may be asked now, or no longer: what it said is asked for again. To be called once {@link start} is done. */
  historyChanged(): void {
    this.code.past.forget();
    this.invalidate([HISTORY]);
  }

  /** What git could not tell may have been fetched since: it is asked for again. */
  askAgain(): void {
    this.invalidate([UNTOLD]);
  }

  /** From now on these picks and rejections hold. */
  choose(choices: Choices): void {
    const services = this.choices.differences(choices);
    this.choices = choices;
    this.invalidate([...services].map(choicesKey));
  }

  /** The innermost frame of a stack that is code of the workspace, for the error marker. */
  async mapException(key: OperationKey, stack: string): Promise<SourceLocation | undefined> {
    await this.start();
    const operation = { ...key, attributes: new Map([['exception.stacktrace', stack]]) };
    const id = operationId(key);
    const context = { ...this.context(id, operation, () => undefined, []), past: this.pastOf(id, key) };
    const [found] = await exceptionEvidence(operation, context);
    if (!found || found.confidence < DISPLAY_CONFIDENCE) return undefined;
    const { file, range, line, symbol, anchor, confidence, kind, text } = found;
    const location = {
      file: file.path,
      range,
      line,
      symbol,
      anchor,
      confidence,
      evidence: [{ kind, confidence, text }],
    };
    return this.withMeasured(location, context);
  }

  /** The functions of a file, for "why is nothing shown here". */
  async symbols(file: string): Promise<readonly FunctionFact[]> {
    await this.start();
    const described = this.code.files.describe(file);
    return (described && (await this.code.index.facts(described))?.functions) ?? [];
  }

  /** Why a file of the workspace is not read: `larger than 1 MB (5.2 MB)`; undefined if it is, or lies outside. */
  async whyNotRead(file: string): Promise<string | undefined> {
    await this.start();
    const described = this.code.files.describe(file);
    return described && this.code.index.whyNotRead(described);
  }

  /** The absolute path of the workspace file a runtime path means, if it is certain. */
  async resolvePath(file: string, service?: string): Promise<string | undefined> {
    await this.start();
    const name = service ?? '';
    const found = await this.code.paths.resolve(file, name, this.code.services.scope(name));
    return found.kind === 'file' ? found.file.path : undefined;
  }

  async usesOpenTelemetry(): Promise<OpenTelemetryUse> {
    await this.code.list();
    return findOpenTelemetryUse(this.code.files);
  }

  /** The absolute path of the folder a service is bound to. */
  serviceFolder(service: string): string | undefined {
    const folder = this.code.services.folder(service);
    return folder && path.join(folder.folder, folder.relative);
  }

  /** What is learned from being told that a runtime path of a service is a file or below a folder; see `pair`. */
  async pairPath(raw: string, service: string, target: string): Promise<LearnedRule | undefined> {
    await this.start();
    return this.code.paths.pair(raw, service, target);
  }

  /** From now on this holds of paths, which the user said. To be called once {@link start} is done. */
  tellPaths(rules: readonly LearnedRule[]): void {
    this.code.paths.told.replace(rules);
    this.invalidate(['paths']);
  }

  /** The folder-relative form of a path of the workspace, with `/`. */
  relative(file: string): string {
    return this.code.files.describe(file)?.relative ?? file;
  }

  private async resolveOperation(id: OperationId, key: OperationKey): Promise<Mapping> {
    for (;;) {
      const generation = this.generation;
      const touched = new Set<string>(['services']);
      const mapping = await this.resolveOnce(id, key, touched);
      // An edit that came meanwhile may have changed what the answer was made from.
      if (generation !== this.generation) continue;
      if (mapping.status === 'mapped' && mapping.location.measured?.state === 'unknown') touched.add(UNTOLD);
      this.dependencies.set(id, touched);
      this.settled.set(id, mapping);
      return mapping;
    }
  }

  private async resolveOnce(id: OperationId, key: OperationKey, touched: Set<string>): Promise<Mapping> {
    const misses: UnmappedReason[] = [];
    const context = this.context(id, key, (touch) => touched.add(touch), misses);
    const { candidates } = await this.candidates(id, key, context);
    for (const candidate of candidates) touched.add(`file:${candidate.file.path}`);
    // What could not be told apart before may follow from what this taught.
    this.invalidate(this.code.paths.learned.news().map(unmatchedTouch));
    return this.measured(resolve(candidates, misses), context);
  }

  /** Says of the place on what code it was measured. */
  private measured(mapping: Mapping, context: EvidenceContext): Mapping | Promise<Mapping> {
    if (mapping.status !== 'mapped' || context.past.isUnknown) return mapping;
    return this.withMeasured(mapping.location, context).then((location) => ({ ...mapping, location }));
  }

  private async withMeasured(location: SourceLocation, { past, files }: EvidenceContext): Promise<SourceLocation> {
    const file = files.get(location.file);
    const measured = file && (await measuredOn(location, file, past));
    return measured === undefined ? location : { ...location, measured };
  }

  private pastOf(id: OperationId, key: OperationKey): PastCode {
    return new PastCode(this.code.past, key.service, this.originOf(id, key));
  }

  private originOf(id: OperationId, key: OperationKey): CodeOrigin {
    return this.history.originOf?.(id) ?? codeOrigin(key.resource);
  }

  /** All places that any kind of evidence points at, without what was rejected and with what was picked. */
  private candidates(id: OperationId, key: OperationKey, context: EvidenceContext): Promise<Applied> {
    context.touch(choicesKey(key.service));
    return this.candidatesWith(key, this.samplesOf(id), context);
  }

  private async candidatesWith(
    key: OperationKey,
    samples: readonly SpanSample[],
    context: EvidenceContext,
  ): Promise<Applied> {
    const plain = await readEvidence(key, context);
    const isEnough = samples.length === 0 || resolve(plain, []).status === 'mapped';
    const candidates = isEnough ? plain : await sampledCandidates(key, plain, samples, context);
    const chosen = this.choices.of(key);
    const applied = isNothing(chosen)
      ? { candidates, rejected: [], isPicked: false }
      : await applyChoices(chosen, candidates, context);
    return { ...applied, candidates: applied.candidates.map((candidate) => this.withAbroad(key.service, candidate)) };
  }

  /** A service's name never leads into another one's folder without a word of it. */
  private withAbroad(service: string, candidate: Candidate): Candidate {
    const words = this.code.services.abroad(service, candidate.file);
    return words === undefined ? candidate : { ...candidate, text: `${candidate.text} (${words})` };
  }

  private context(
    id: OperationId,
    key: OperationKey,
    touch: (key: string) => void,
    misses: UnmappedReason[],
  ): EvidenceContext {
    const { index, files, paths, functions, sourceMaps, services } = this.code;
    const scope = services.scope(key.service);
    touch(HISTORY);
    const sdk = sdkLanguage(key.resource);
    const dialect = nameDialect(sdk);
    const fileOf = ({ file }: { readonly file: string }): WorkspaceFile | undefined => files.get(file);
    const speaks = (file: WorkspaceFile): boolean => {
      const language = index.store.languageOf(file.path);
      return sdk === undefined || (language !== undefined && dialectOf(language) === dialect);
    };
    return {
      index,
      files,
      paths,
      functions,
      sourceMaps,
      scope,
      past: this.pastOf(id, key),
      dialect,
      touch,
      logs: [],
      reaches: (file): file is WorkspaceFile => file !== undefined && scope.allows(file) && speaks(file),
      reachedOf: (entries) => {
        const reached = scope.inReach(entries, fileOf);
        return sdk === undefined ? reached : reached.filter((entry) => speaks(fileOf(entry)!));
      },
      reachesNamed: (file): file is WorkspaceFile => file !== undefined && scope.allowsNamed(file) && speaks(file),
      facts: (file) => {
        touch(`file:${file.path}`);
        return index.facts(file);
      },
      parsed: (file, parse) => {
        touch(`file:${file}`);
        return index.parsed.get(file, parse);
      },
      miss: (code, text, cure, path) => {
        misses.push({ code, text, ...(cure === undefined ? {} : { cure }), ...(path === undefined ? {} : { path }) });
      },
    };
  }

  private invalidate(keys: readonly string[]): void {
    if (keys.length === 0) return;
    this.invalidateAnswers([...this.dependencies.affectedBy(keys)]);
  }

  private invalidateAnswers(operations: readonly OperationId[]): void {
    this.generation++;
    const affected = operations.filter((id) => this.dependencies.has(id));
    for (const id of affected) {
      this.answers.delete(id);
      this.settled.delete(id);
      this.dependencies.forget(id);
    }
    if (affected.length > 0) this.changed.fire(affected);
  }
}

/** Touched by all that may depend on what git says. */
const HISTORY = 'history';

/** Touched by answers that git could have told more of. */
const UNTOLD = 'untold';

function choicesKey(service: string): string {
  return `choices:${service}`;
}
