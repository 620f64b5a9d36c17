import path from 'node:path';
import { containsLine, line0, type Range0 } from '../../base/positions';
import { byTotalTime, type PlacedOperation } from '../../hints/fileHints';
import { ambiguousSection, nothingHover } from '../../hints/hover/nothingHover';
import { operationHover, type OperationSurroundings } from '../../hints/hover/operationHover';
import type { HintSettings } from '../../model/hint';
import type { OperationStats } from '../../model/operation';
import type { EngineRequests, HoverContent, HoverSection } from '../../protocol/engine';
import type { FunctionFact } from '../../syntax/facts';
import type { OperationBoard } from '../boards/operationBoard';
import { pathOfUri } from '../workspace/uris';
import { ambiguousAt, whyNothing, type KnownState } from './whyNothing';

/** What a hover is made of. */
export interface HoverSources {
  readonly board: OperationBoard;
  hintSettings(): HintSettings;
  known(): Promise<KnownState>;
  symbols(file: string): Promise<readonly FunctionFact[]>;
  /** Why the functions of a file are not known; undefined if they are. */
  whyNotRead(file: string): Promise<string | undefined>;
  /** Length of a line of an open document; undefined if the file is not open. */
  lineLength(uri: string, line: number): number | undefined;
  surroundings(stats: OperationStats, signal: AbortSignal): Promise<OperationSurroundings | undefined>;
}

type HoverParams = EngineRequests['spanlight/hover']['params'];

/** What was found below the mouse. */
interface Target {
  readonly range: Range0;
  readonly symbol: string;
  readonly operations: readonly PlacedOperation[];
  /** The function to explain when there are no operations. */
  readonly asked: FunctionFact | undefined;
}

/** Answers hovers: on a function's name, on a call that has a hint, and behind the end of a line with a hint. */
export class HoverAnswers {
  constructor(private readonly sources: HoverSources) {}

  async at(params: HoverParams, signal: AbortSignal): Promise<HoverContent | null> {
    const file = pathOfUri(params.uri);
    if (file === undefined) return null;
    const functions = await this.sources.symbols(file);
    const target = this.find(file, functions, params);
    if (target === undefined && functions.length === 0) return this.unread(file, params);
    if (target === undefined || signal.aborted) return null;
    const { startLine, startColumn, endLine, endColumn } = target.range;
    const range = { startLine, startColumn, endLine, endColumn };
    const settings = this.sources.hintSettings();
    if (target.operations.length > 0) {
      const surroundings = await this.sources.surroundings(target.operations[0]!.stats, signal);
      const sections = operationHover(target.operations, surroundings, settings, params.theme);
      return { range, sections: [...sections, ...(await this.ambiguous(file, target))] };
    }
    if (target.asked === undefined) return null;
    const asked = { file, line: target.asked.nameRange.startLine };
    return { range, sections: nothingHover(target.symbol, whyNothing(asked, await this.sources.known())) };
  }

  /** A function with hints may besides be one of several places of another operation. */
  private async ambiguous(file: string, { asked }: Target): Promise<HoverSection[]> {
    if (asked === undefined) return [];
    return ambiguousSection(ambiguousAt({ file, line: asked.nameRange.startLine }, await this.sources.known()));
  }

  /** A file whose functions are not known explains itself on its first line, and wherever somebody asks by command. */
  private async unread(file: string, { line, column, enclosing }: HoverParams): Promise<HoverContent | null> {
    if (line > 0 && enclosing !== true) return null;
    const why = await this.sources.whyNotRead(file);
    if (why === undefined) return null;
    const known = await this.sources.known();
    const reason = { kind: 'notRead', file: known.describeFile(file), why } as const;
    const range = { startLine: line, startColumn: column, endLine: line, endColumn: column };
    return { range, sections: nothingHover(path.basename(file), reason) };
  }

  private find(file: string, functions: readonly FunctionFact[], params: HoverParams): Target | undefined {
    const { line, column } = params;
    const onLine = this.sources.board.inFile(file).filter((operation) => operation.location.line === line);
    const owners = onLine.filter((operation) => operation.location.anchor === 'owner');
    const calls = onLine.filter((operation) => operation.location.anchor === 'callsite');
    const named = functions.find((fact) => covers(fact.nameRange, line, column));
    if (named !== undefined) return this.functionTarget(file, named);
    const length = this.sources.lineLength(params.uri, line);
    if (length !== undefined && column >= length && onLine.length > 0) {
      const operations = [...byTotalTime(owners), ...byTotalTime(calls)];
      const range = { startLine: line0(line), startColumn: length, endLine: line0(line), endColumn: length };
      return { range, symbol: operations[0]!.location.symbol, operations, asked: undefined };
    }
    const call = byTotalTime(calls.filter(({ location }) => covers(location.range, line, column)));
    if (call.length > 0) {
      return { range: call[0]!.location.range, symbol: call[0]!.location.symbol, operations: call, asked: undefined };
    }
    // An anonymous handler has no name to point at: the line that shows its hint stands for it.
    if (owners.length > 0 && functions.some((fact) => fact.name === '' && fact.nameRange.startLine === line)) {
      const operations = byTotalTime(owners);
      const end = { startLine: line0(line), startColumn: column, endLine: line0(line), endColumn: column };
      return { range: end, symbol: operations[0]!.location.symbol, operations, asked: undefined };
    }
    const around = params.enclosing === true ? enclosingFunction(functions, line) : undefined;
    return around === undefined ? undefined : this.functionTarget(file, around);
  }

  private functionTarget(file: string, fact: FunctionFact): Target {
    const operations = byTotalTime(operationsOf(this.sources.board, file, fact));
    return { range: fact.nameRange, symbol: symbolOf(fact), operations, asked: fact };
  }
}

/** The operations whose time a function's is. */
export function operationsOf(board: OperationBoard, file: string, fact: FunctionFact): PlacedOperation[] {
  return board
    .inFile(file)
    .filter(({ location }) => location.anchor === 'owner' && location.line === fact.nameRange.startLine);
}

/** The innermost function around a line. */
export function enclosingFunction(functions: readonly FunctionFact[], line: number): FunctionFact | undefined {
  let found: FunctionFact | undefined;
  for (const fact of functions) {
    if (!containsLine(fact.range, line0(line))) continue;
    if (found === undefined || height(fact.range) <= height(found.range)) found = fact;
  }
  return found;
}

/** `OrderController.create`; `(anonymous)` for a function without a name. */
export function symbolOf(fact: FunctionFact): string {
  return [...fact.container, fact.name === '' ? '(anonymous)' : fact.name].join('.');
}

function height(range: Range0): number {
  return range.endLine - range.startLine;
}

function covers(range: Range0, line: number, column: number): boolean {
  if (line < range.startLine || line > range.endLine) return false;
  if (line === range.startLine && column < range.startColumn) return false;
  return line !== range.endLine || column <= range.endColumn;
}
