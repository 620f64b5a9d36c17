import type { HoverSection, LinkAction, TextSpan } from '../../model/hover';
import type { Line0 } from '../../base/positions';
import type { OperationId } from '../../model/operation';
import { exactCount, formatAgo, shorten } from '../text';

/** A place the reader can jump to: `users.legacy.ts:40`. */
export interface Place {
  readonly label: string;
  readonly uri: string;
  readonly line: Line0;
}

/** Why nothing is shown at a function. */
export type NothingReason =
  | { readonly kind: 'indexing'; readonly done: number; readonly total: number }
  | { readonly kind: 'readingCancelled' }
  | { readonly kind: 'outsideWorkspace' }
  /** `why` as in `is not read: larger than 1 MB (5.2 MB)`. */
  | { readonly kind: 'notRead'; readonly file: string; readonly why: string }
  | {
      readonly kind: 'ambiguous';
      readonly operation: string;
      readonly id: OperationId;
      readonly here: Place;
      readonly others: readonly Place[];
    }
  | {
      readonly kind: 'lowConfidence';
      readonly operation: string;
      readonly id: OperationId;
      readonly here: Place;
      readonly confidence: number;
      readonly evidence: string;
    }
  | { readonly kind: 'mappedElsewhere'; readonly operation: string; readonly place: Place }
  | {
      readonly kind: 'outsideWindow';
      readonly operation: string;
      readonly windowMinutes: number;
      /** Milliseconds since the last call, if it is known. */
      readonly lastCallAgoMs?: number;
    }
  | { readonly kind: 'receiverOff'; readonly reason?: string }
  | { readonly kind: 'receiverFailed'; readonly reason: string }
  | { readonly kind: 'noSpans'; readonly url: string }
  /** `problem` is a sentence with its cure. */
  | { readonly kind: 'backendFailed'; readonly backend: string; readonly problem: string }
  | { readonly kind: 'backendLoading'; readonly backend: string }
  | { readonly kind: 'serviceUnknown'; readonly services: readonly string[] }
  /** `backend`: the one that was asked; left out where spans are received here. */
  | {
      readonly kind: 'serviceSilent';
      readonly service: string;
      readonly windowMinutes: number;
      readonly backend?: string;
    }
  /** `sampled`: why not all calls of the service are known, as in `not all are kept: …`. */
  | { readonly kind: 'notCalled'; readonly service: string; readonly unplaced: number; readonly sampled?: string };

/** Commands that the cures run; the extension contributes them. */
const CURES = {
  startReceiver: { command: 'spanlight.startReceiver' },
  copyEnvironment: { command: 'spanlight.copyExporterEnvironment' },
  showMapping: { command: 'spanlight.showMappingReport' },
  showOutput: { command: 'spanlight.showOutput' },
  windowSetting: { command: 'spanlight.openSettings', args: ['spanlight.hints.window'] },
  servicesSetting: { command: 'spanlight.openSettings', args: ['spanlight.source.services'] },
  chooseBackend: { command: 'spanlight.chooseBackend' },
  retryBackend: { command: 'spanlight.retryBackend' },
  receiverSetting: { command: 'spanlight.openSettings', args: ['spanlight.receiver'] },
} as const;

/** One sentence that says why, then what to do about it as links. */
export function nothingHover(symbol: string, reason: NothingReason): HoverSection[] {
  const [sentence, ...links] = explain(reason);
  const title: TextSpan[] = [
    { text: shorten(symbol), style: 'strong' },
    { text: '  no spans shown here', style: 'muted' },
  ];
  const row: TextSpan[] = [{ text: sentence.text }];
  for (const link of links) row.push({ text: ' · ' }, link);
  return [{ rows: [title, row] }];
}

/** The sentence alone. */
export function nothingSentence(reason: NothingReason): string {
  return explain(reason)[0].text;
}

function explain(reason: NothingReason): [TextSpan, ...TextSpan[]] {
  switch (reason.kind) {
    case 'indexing':
      return [say(`Spanlight is still reading the workspace (${reason.done} of ${reason.total} files).`)];
    case 'readingCancelled':
      return [say('Reading the workspace was cancelled.'), command('Read it', CURES.showMapping)];
    case 'notRead':
      return [
        say(`${reason.file} is not read: ${reason.why}. So no spans are matched to its functions.`),
        command('Show mapping', CURES.showMapping),
      ];
    case 'outsideWorkspace':
      return [say('This file is in no folder of the workspace, so no spans are matched to it.')];
    case 'ambiguous':
    case 'lowConfidence':
    case 'mappedElsewhere':
      return explainPlace(reason);
    case 'outsideWindow':
      return explainWindow(reason);
    case 'receiverOff':
    case 'receiverFailed':
    case 'noSpans':
      return explainReceiver(reason);
    case 'backendFailed':
    case 'backendLoading':
      return explainBackend(reason);
    case 'serviceUnknown':
    case 'serviceSilent':
    case 'notCalled':
      return explainService(reason);
  }
}

function explainPlace(
  reason: Extract<NothingReason, { kind: 'ambiguous' | 'lowConfidence' | 'mappedElsewhere' }>,
): [TextSpan, ...TextSpan[]] {
  const name = shorten(reason.operation);
  switch (reason.kind) {
    case 'ambiguous': {
      const sentence = ambiguousSentence(reason);
      const pick = pickCommand('Pick this one', reason.id, reason.here);
      return [say(sentence), pick, ...reason.others.map(placeLink), command('Show all', CURES.showMapping)];
    }
    case 'lowConfidence': {
      const sentence = `${name} may be this function (${reason.confidence.toFixed(2)}: ${shorten(reason.evidence)}), which is not certain enough.`;
      const pick = pickCommand('Pick this one', reason.id, reason.here);
      return [say(sentence), pick, command('Show mapping', CURES.showMapping)];
    }
    case 'mappedElsewhere':
      return [say(`${name} fits ${reason.place.label} better and is shown there.`), placeLink(reason.place)];
  }
}

/** `Two places answer GET /users/:id: this one and src/legacy.ts:2.` and that it is one of two. */
function ambiguousSentence({ operation, others }: Extract<NothingReason, { kind: 'ambiguous' }>): string {
  const count = others.length + 1;
  const number = ['', 'One', 'Two', 'Three', 'Four'][count] ?? String(count);
  const list = others.map((place) => place.label).join(', ');
  return `${number} places answer ${shorten(operation)}: this one and ${list}. This is one of ${count}, and Spanlight does not guess.`;
}

/** What is ambiguous at a function that has hints of other operations: a row of its own below them. */
export function ambiguousSection(reasons: readonly Extract<NothingReason, { kind: 'ambiguous' }>[]): HoverSection[] {
  if (reasons.length === 0) return [];
  return [
    {
      rows: reasons.map((reason) => [
        say(ambiguousSentence(reason)),
        { text: ' · ' },
        pickCommand('Pick this one', reason.id, reason.here),
        ...reason.others.flatMap((place) => [{ text: ' · ' }, placeLink(place)]),
      ]),
    },
  ];
}

function pickCommand(text: string, operation: OperationId, { uri, line }: Place): TextSpan {
  return { text, link: { kind: 'command', command: 'spanlight.pickPlace', args: [operation, uri, String(line)] } };
}

function explainWindow(reason: Extract<NothingReason, { kind: 'outsideWindow' }>): [TextSpan, ...TextSpan[]] {
  const last = reason.lastCallAgoMs === undefined ? '' : `; the last one was ${formatAgo(reason.lastCallAgoMs)}`;
  const sentence = `No calls of ${shorten(reason.operation)} in the last ${minutes(reason.windowMinutes)}${last}.`;
  return [say(sentence), command('Change the window', CURES.windowSetting)];
}

function explainReceiver(
  reason: Extract<NothingReason, { kind: 'receiverOff' | 'receiverFailed' | 'noSpans' }>,
): [TextSpan, ...TextSpan[]] {
  switch (reason.kind) {
    case 'receiverOff': {
      const why = reason.reason === undefined ? '' : ` ${reason.reason}`;
      return [say(`The receiver is off, so no spans arrive.${why}`), command('Start it', CURES.startReceiver)];
    }
    case 'receiverFailed':
      return [
        say(`The receiver could not start: ${reason.reason}`),
        command('Change the ports', CURES.receiverSetting),
        command('Show the log', CURES.showOutput),
      ];
    case 'noSpans':
      return [
        say(`No spans have reached Spanlight on ${reason.url} yet.`),
        command('Copy what a service needs to send them', CURES.copyEnvironment),
      ];
  }
}

function explainBackend(
  reason: Extract<NothingReason, { kind: 'backendFailed' | 'backendLoading' }>,
): [TextSpan, ...TextSpan[]] {
  const backend = shorten(reason.backend, 40);
  if (reason.kind === 'backendLoading') return [say(`${backend} has not answered yet.`)];
  return [
    say(`${backend} does not answer: ${reason.problem}`),
    command('Try again', CURES.retryBackend),
    command('Choose another', CURES.chooseBackend),
  ];
}

function explainService(
  reason: Extract<NothingReason, { kind: 'serviceUnknown' | 'serviceSilent' | 'notCalled' }>,
): [TextSpan, ...TextSpan[]] {
  switch (reason.kind) {
    case 'serviceUnknown': {
      const names = reason.services.slice(0, 3).map((name) => shorten(name, 40));
      const more = reason.services.length > 3 ? ' and others' : '';
      const sentence = `None of the services that send spans (${names.join(', ')}${more}) is known to live in this folder.`;
      return [
        say(sentence),
        command('Say which folder a service lives in', CURES.servicesSetting),
        command('Show mapping', CURES.showMapping),
      ];
    }
    case 'serviceSilent': {
      const time = `in the last ${minutes(reason.windowMinutes)}`;
      if (reason.backend !== undefined) {
        const backend = shorten(reason.backend, 40);
        return [
          say(`${backend} has no calls of ${shorten(reason.service)} ${time}.`),
          command('Change the window', CURES.windowSetting),
          command('Choose another backend', CURES.chooseBackend),
        ];
      }
      const sentence = `No spans reached Spanlight from ${shorten(reason.service)} ${time}.`;
      return [
        say(sentence),
        command('Copy what it needs to send them', CURES.copyEnvironment),
        command('Change the window', CURES.windowSetting),
      ];
    }
    case 'notCalled': {
      const unplaced =
        reason.unplaced === 0 ? '' : ` ${exactCount(reason.unplaced)} of its operations have no known place.`;
      const why =
        reason.sampled === undefined
          ? 'it makes none, or was not called.'
          : `it makes none, was not called, or its calls were sampled out (not all are kept: ${shorten(reason.sampled)}).`;
      const sentence = `${shorten(reason.service)} sends spans, but none that belongs to this function: ${why}${unplaced}`;
      return [say(sentence), command('Show mapping', CURES.showMapping)];
    }
  }
}

function minutes(count: number): string {
  return count === 1 ? 'minute' : `${count} minutes`;
}

function say(text: string): TextSpan {
  return { text };
}

function command(text: string, cure: (typeof CURES)[keyof typeof CURES]): TextSpan {
  return { text, link: { kind: 'command', ...cure } };
}

function placeLink(place: Place): TextSpan {
  const link: LinkAction = { kind: 'openLocation', uri: place.uri, line: place.line };
  return { text: `Open ${place.label}`, link };
}
