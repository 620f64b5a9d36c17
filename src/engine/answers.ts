import { byTotalTime, type PlacedOperation } from '../hints/fileHints';
import { nothingSentence } from '../hints/hover/nothingHover';
import { line0, type Line0 } from '../base/positions';
import type { HintSettings } from '../model/hint';
import { attributeText } from '../model/attributes';
import { parseTraceId } from '../model/ids';
import type { OperationStats } from '../model/operation';
import type { EngineStatus, TraceExemplar } from '../protocol/engine';
import type { EngineRequests, FileHints } from '../protocol/engine';
import { choiceAnswers } from './choices/choiceAnswers';
import type { ChoiceKeeper } from './choices/choiceKeeper';
import { pathAnswers } from './choices/pathAnswers';
import type { PathAsker } from './choices/pathAsker';
import type { PathKeeper } from './choices/pathKeeper';
import type { Documents } from './workspace/documents';
import { exporterEnvironment } from './receiver/exporterEnvironment';
import { enclosingFunction, operationsOf, symbolOf, type HoverAnswers } from './hints/hoverAnswers';
import type { LiveHints } from './hints/liveHints';
import type { LintControl } from './lint/lintControl';
import { tracingFacts } from './lint/tracingFacts';
import { mappingReport } from './boards/mappingHealth';
import type { OperationBoard } from './boards/operationBoard';
import type { PlaceFinder } from './hints/placeFinder';
import type { ReceiverControl } from './receiver/receiverControl';
import type { Notify, Refresher } from './refresher';
import { backendAnswers } from './sources/backendAnswers';
import type { SourceControl } from './sources/sourceControl';
import type { IsHidden } from './traces/hiddenOperations';
import { queryAnswers, queryOfOperations } from './traces/queryAnswers';
import type { RequestHandlers } from './requests';
import { serviceTree } from './boards/serviceTree';
import type { TraceAnswers } from './traces/traceAnswers';
import { pathOfUri, uriOfPath } from './workspace/uris';
import { whyNothing, type KnownState } from './hints/whyNothing';
import type { WorkspaceReader } from './workspace/workspaceReader';

/** How long hints wait for an edit to be read, so that they come with the lines of now. */
const EDIT_LIMIT_MS = 500;

/** Everything that answers are made of. */
export interface AnswerParts {
  readonly board: OperationBoard;
  readonly choices: ChoiceKeeper;
  readonly asker: PathAsker;
  readonly paths: PathKeeper;
  readonly documents: Documents;
  readonly hovers: HoverAnswers;
  readonly lint: LintControl;
  readonly live: LiveHints;
  readonly places: PlaceFinder;
  readonly reader: WorkspaceReader;
  readonly receiver: ReceiverControl;
  readonly refresher: Refresher;
  readonly sources: SourceControl;
  readonly notify: Notify;
  readonly traces: TraceAnswers;
  readonly hintSettings: () => HintSettings;
  readonly isHidden: () => IsHidden;
  readonly status: () => EngineStatus;
  readonly known: () => Promise<KnownState>;
  readonly clear: () => void;
  readonly forgetRefutations: () => number;
}

/** The answer to every request of the protocol. */
export function answersFrom(parts: AnswerParts): RequestHandlers {
  const { board, hovers, places, reader, receiver, refresher, sources, traces } = parts;
  return {
    'spanlight/hints': ({ uri }) => {
      sources.used();
      return fileHintsNow(parts, uri);
    },
    'spanlight/hover': async (params, signal) => {
      sources.used();
      refresher.catchUp();
      return hovers.at(params, signal);
    },
    'spanlight/status': () => parts.status(),
    'spanlight/services': () => {
      sources.used();
      refresher.catchUp();
      const folderOf = (service: string): string | undefined => folderName(reader, service);
      return serviceTree(shownOperations(board, parts.isHidden()), places, parts.hintSettings(), folderOf);
    },
    'spanlight/traces': (params, signal) => traces.list(params, signal),
    'spanlight/openTrace': (trace, signal) => traces.view(trace, signal),
    'spanlight/spanDetails': ({ row, ...trace }, signal) => traces.details(trace, row, signal),
    'spanlight/spanSource': ({ row, ...trace }, signal) => traces.source(trace, row, signal),
    'spanlight/findByAttribute': async ({ key, value, ...trace }, signal) => ({
      rows: await traces.rowsWithAttribute(trace, key, value, signal),
    }),
    'spanlight/resolveFrame': async ({ file, line }) => {
      const found = await reader.resolvePath(file);
      if (found === undefined) return { reason: `${file} is not a file of this workspace.` };
      return { uri: uriOfPath(found), line: line0(Math.max(0, line - 1)) };
    },
    'spanlight/tracesAt': (params) => tracesAt(parts, params),
    'spanlight/mappingReport': async () => {
      reader.need(true);
      refresher.catchUp();
      await places.settled(EDIT_LIMIT_MS);
      return mappingReport(board.all, places, (file, line) => reader.describePlace(file, line));
    },
    'spanlight/tracingFacts': async ({ uri }) => {
      const file = uri === undefined ? undefined : pathOfUri(uri);
      const describe = (at: string, line: Line0): string => reader.describePlace(at, line);
      return tracingFacts(await parts.lint.result(), file, describe, parts.lint.limits);
    },
    'spanlight/forgetRefutations': () => parts.forgetRefutations(),
    'spanlight/startReceiver': () => receiver.start(),
    'spanlight/stopReceiver': () => receiver.stop(),
    'spanlight/exporterEnvironment': () => exporterEnvironment(receiver.status()),
    ...choiceAnswers(parts),
    ...pathAnswers(parts),
    ...backendAnswers(parts),
    ...queryAnswers(parts),
    'spanlight/clear': () => {
      parts.clear();
      return null;
    },
  };
}

/** What lists are made of. */
function shownOperations({ all }: OperationBoard, isHidden: IsHidden): readonly OperationStats[] {
  return all.filter(({ key }) => !isHidden(key.name, attributeText(key.attributes, 'http.route')));
}

async function fileHintsNow(parts: AnswerParts, uri: string): Promise<FileHints> {
  const file = pathOfUri(uri);
  if (file === undefined) return { uri, hints: [] };
  parts.documents.flush(uri);
  await parts.reader.settled(EDIT_LIMIT_MS);
  await parts.places.settled(EDIT_LIMIT_MS);
  parts.refresher.catchUp();
  return { uri, hints: parts.live.of(file, uri) };
}

async function tracesAt(
  parts: AnswerParts,
  { uri, line, open = [] }: EngineRequests['spanlight/tracesAt']['params'],
): Promise<EngineRequests['spanlight/tracesAt']['result']> {
  const file = pathOfUri(uri);
  if (file === undefined) return { exemplars: [], reason: 'This is not a file of the workspace.' };
  parts.refresher.catchUp();
  const functions = await parts.reader.symbols(file);
  const here = enclosingFunction(functions, line);
  const onLine = parts.board.inFile(file).filter(({ location }) => location.line === line);
  const operations = byTotalTime(
    onLine.length > 0 || here === undefined ? onLine : operationsOf(parts.board, file, here),
  );
  if (operations.length === 0) {
    if (here === undefined) {
      const why = functions.length > 0 ? undefined : await parts.reader.whyNotRead(file);
      const unread = { kind: 'notRead', file: parts.reader.describeFile(file), why: why ?? '' } as const;
      return { exemplars: [], reason: why === undefined ? 'There is no function here.' : nothingSentence(unread) };
    }
    const reason = whyNothing({ file, line: here.nameRange.startLine }, await parts.known());
    return { symbol: symbolOf(here), exemplars: [], reason: nothingSentence(reason) };
  }
  const symbol = here === undefined ? operations[0]!.location.symbol : symbolOf(here);
  const exemplars = [...openExemplars(parts.traces, open, operations), ...exemplarsOf(operations)];
  const query = queryOfOperations(
    operations.map(({ stats }) => stats),
    parts.board.all,
  );
  return { symbol, exemplars, query };
}

/** The longest span of these operations in each trace that is open. */
function openExemplars(
  traces: TraceAnswers,
  open: readonly string[],
  operations: readonly PlacedOperation[],
): TraceExemplar[] {
  const ids = new Set(operations.map(({ stats }) => stats.id));
  return open.flatMap((text): TraceExemplar[] => {
    const trace = parseTraceId(text) === undefined ? undefined : traces.atHand({ traceId: text });
    if (trace === undefined) return [];
    let best = -1;
    for (let row = 0; row < trace.count; row++) {
      if (!ids.has(trace.operationIds[trace.operation[row]!]!)) continue;
      if (best < 0 || trace.duration[row]! > trace.duration[best]!) best = row;
    }
    const spanId = best < 0 ? undefined : trace.spanId(best);
    if (spanId === undefined) return [];
    const operation = trace.names[trace.name[best]!] ?? '';
    return [{ role: 'open', traceId: trace.id, spanId, durationNs: trace.duration[best]!, operation }];
  });
}

function exemplarsOf(operations: readonly PlacedOperation[]): TraceExemplar[] {
  return operations.flatMap(({ stats }) => {
    const { slowest, error, typical } = stats.exemplars;
    const roles = { slowest, failed: error, typical };
    return (Object.keys(roles) as (keyof typeof roles)[]).flatMap((role): TraceExemplar[] => {
      const exemplar = roles[role];
      if (exemplar === undefined) return [];
      const { traceId, spanId, durationNs } = exemplar;
      return [{ role, traceId, spanId, durationNs, operation: stats.key.name }];
    });
  });
}

function folderName(reader: WorkspaceReader, service: string): string | undefined {
  const folder = reader.mapper?.serviceFolder(service);
  return folder === undefined ? undefined : reader.describeFolder(folder);
}
