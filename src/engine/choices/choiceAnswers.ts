import { line0 } from '../../base/positions';
import { SpanlightError } from '../../base/errors';
import type { ChosenPlace } from '../../model/choice';
import type { OperationId, OperationStats } from '../../model/operation';
import type { ChoiceRequests, MadeChoice, OperationChoice, PlaceChoice } from '../../protocol/choices';
import { chosenOperation, type KeptChoice } from '../../source/choices/choices';
import type { Considered } from '../../source/explain';
import { mappingReportOf } from '../../source/report/mappingReport';
import { symbolOf as placeSymbol } from '../../source/names/matchFunction';
import type { FunctionFact } from '../../syntax/facts';
import type { OperationBoard } from '../boards/operationBoard';
import { enclosingFunction } from '../hints/hoverAnswers';
import type { PlaceFinder } from '../hints/placeFinder';
import type { KnownState } from '../hints/whyNothing';
import type { Refresher } from '../refresher';
import type { RequestHandlers } from '../requests';
import { pathOfUri, uriOfPath } from '../workspace/uris';
import type { WorkspaceReader } from '../workspace/workspaceReader';
import type { ChoiceKeeper } from './choiceKeeper';
import { forgetPaths, madePaths, type PathHandlers } from './pathAnswers';
import type { PathKeeper } from './pathKeeper';
import { consideredHere, placesOf, unplacedOfService, whyAnswer, type Asked } from './whyAnswer';

/** What these answers are made of. */
export interface ChoiceParts {
  readonly choices: ChoiceKeeper;
  readonly paths: PathKeeper;
  readonly board: OperationBoard;
  readonly places: PlaceFinder;
  readonly reader: WorkspaceReader;
  readonly refresher: Refresher;
  readonly known: () => Promise<KnownState>;
}

/** Operations to choose for at one function. */
const MOST_OPERATIONS = 20;

/** Operations listed per reason; the mapping report has all. */
const MOST_LISTED = 200;

type ChoiceHandlers = Pick<RequestHandlers, Exclude<keyof ChoiceRequests, keyof PathHandlers>>;

/** Answers about where operations belong: what may be picked, what was, and why. */
export function choiceAnswers(parts: ChoiceParts): ChoiceHandlers {
  const { choices, reader, refresher } = parts;
  return {
    'spanlight/placeChoices': async (params) => {
      refresher.catchUp();
      const asked = await askedAt(parts, params.uri, params.line);
      const here = asked && placeHere(parts, asked);
      const operations = await operationsToChoose(parts, params.operation, asked);
      const told: OperationChoice[] = [];
      for (const stats of operations.slice(0, MOST_OPERATIONS)) told.push(await operationChoice(parts, stats));
      return { operations: told, ...(here === undefined ? {} : { here }) };
    },
    'spanlight/choose': async ({ operation, verdict, share, uri, line }) => {
      const stats = statsOf(parts, operation);
      const place = uri === undefined ? shownPlace(parts, stats) : await chosenPlace(parts, uri, line ?? 0);
      choices.add({ verdict, operation: chosenOperation(stats.key), place }, share);
      return { place: placeWords(place, reader) };
    },
    'spanlight/mappingReasons': () => {
      refresher.catchUp();
      return mappingReasons(parts);
    },
    'spanlight/choices': () => [
      ...choices.current.all.map((choice, i) => madeChoice(choice, i, reader)),
      ...madePaths(parts.paths, reader),
    ],
    'spanlight/forgetChoices': ({ ids }) => {
      const gone = choices.current.all.filter((_, i) => ids.includes(String(i)));
      choices.forget(gone);
      return gone.length + forgetPaths(parts.paths, ids);
    },
    'spanlight/shareChoices': () => choices.shareAll(),
    'spanlight/why': async ({ uri, line }) => {
      reader.need(true);
      refresher.catchUp();
      const asked = await askedAt(parts, uri, line);
      return asked === undefined ? null : whyAnswer(asked, await parts.known(), reader.mapper);
    },
  };
}

function mappingReasons({ board, places }: ChoiceParts): ChoiceRequests['spanlight/mappingReasons']['result'] {
  const report = mappingReportOf(
    board.all.flatMap((stats) => {
      const mapping = stats.count === 0 ? undefined : places.get(stats.id);
      return mapping === undefined ? [] : [{ id: stats.id, key: stats.key, mapping }];
    }),
  );
  const { mapped, ambiguous, unmapped } = report;
  const reasons = report.reasons.filter(({ isNeutral }) => !isNeutral);
  return {
    mapped,
    total: mapped + ambiguous + unmapped,
    reasons: reasons.map(({ text, nextStep, snippets, operations }) => ({
      text,
      ...(nextStep === undefined ? {} : { nextStep }),
      snippets,
      operations: operations
        .slice(0, MOST_LISTED)
        .map(({ operation: { id, key, mapping }, text: why, nextStep: next }) => ({
          operation: id,
          service: key.service,
          kind: key.kind,
          name: key.name,
          text: why,
          ...(next === undefined ? {} : { nextStep: next }),
          places: placesOf(mapping).length,
          ...(mapping.status !== 'mapped' && mapping.reason.path !== undefined ? { lacksPath: true as const } : {}),
        })),
    })),
  };
}

async function askedAt(parts: ChoiceParts, uri: string | undefined, line = 0): Promise<Asked | undefined> {
  const file = uri === undefined ? undefined : pathOfUri(uri);
  if (file === undefined) return undefined;
  const fact = enclosingFunction(await parts.reader.symbols(file), line);
  return fact && { file, fact };
}

async function operationsToChoose(
  parts: ChoiceParts,
  operation: string | undefined,
  asked: Asked | undefined,
): Promise<readonly OperationStats[]> {
  if (operation !== undefined) return [statsOf(parts, operation)];
  const known = await parts.known();
  if (asked === undefined) {
    return parts.board.all.filter(({ id }) => parts.places.get(id)?.status === 'ambiguous');
  }
  const here = consideredHere(asked, known);
  return here.length > 0 ? here : unplacedOfService(asked, known);
}

async function operationChoice(parts: ChoiceParts, stats: OperationStats): Promise<OperationChoice> {
  const explained = await parts.reader.mapper?.explain(stats.key);
  const mapping = explained?.mapping;
  const considered = explained?.considered.filter(({ as }) => as !== 'rejected') ?? [];
  const status =
    mapping === undefined
      ? 'The workspace is still being read.'
      : mapping.status === 'mapped'
        ? `It is shown at ${parts.reader.describePlace(mapping.location.file, mapping.location.line)}.`
        : mapping.reason.text;
  return {
    operation: stats.id,
    service: stats.key.service,
    name: stats.key.name,
    status,
    places: considered.map((place) => placeChoice(place, parts.reader)),
  };
}

function placeChoice({ location }: Considered, reader: WorkspaceReader): PlaceChoice {
  const { file, line, symbol, confidence, evidence } = location;
  return {
    uri: uriOfPath(file),
    line,
    symbol,
    label: reader.describePlace(file, line),
    confidence,
    why: evidence.map(({ text }) => text).join(' · '),
  };
}

function placeHere({ reader }: ChoiceParts, { file, fact }: Asked): PlaceChoice {
  const line = fact.nameRange.startLine;
  const label = reader.describePlace(file, line);
  return {
    uri: uriOfPath(file),
    line,
    symbol: placeSymbol(fact),
    label,
    confidence: 1,
    why: 'the function at the cursor',
  };
}

function statsOf({ board }: ChoiceParts, operation: string): OperationStats {
  const stats = board.get(operation as OperationId);
  if (stats !== undefined) return stats;
  throw new SpanlightError('The operation has had no calls for a while.', undefined, 'Call it again, then choose.');
}

function shownPlace({ places }: ChoiceParts, { id, key }: OperationStats): ChosenPlace {
  const mapping = places.get(id);
  if (mapping?.status !== 'mapped') throw new SpanlightError(`${key.name} is shown nowhere.`);
  const { file, symbol, line } = mapping.location;
  return { file, symbol, line: line + 1 };
}

/** The function of a line: its own name and where it begins, so that it is found again. */
async function chosenPlace({ reader }: ChoiceParts, uri: string, line: number): Promise<ChosenPlace> {
  const file = pathOfUri(uri);
  if (file === undefined) throw new SpanlightError('This is not a file of the workspace.', uri);
  const fact: FunctionFact | undefined = enclosingFunction(await reader.symbols(file), line0(line));
  // The line itself, not the function's first: of a call it says which one.
  return { file, symbol: fact === undefined ? '' : placeSymbol(fact), line: line + 1 };
}

function madeChoice(choice: KeptChoice, index: number, reader: WorkspaceReader): MadeChoice {
  const { operation, place, verdict, origin } = choice;
  return {
    id: String(index),
    operation: `${operation.name} of ${operation.service}`,
    verdict,
    place: placeWords(place, reader),
    shared: origin === 'shared',
  };
}

function placeWords({ file, symbol, line }: ChosenPlace, reader: WorkspaceReader): string {
  const label = reader.describePlace(file, line - 1);
  return symbol === '' ? label : `${symbol}, ${label}`;
}
