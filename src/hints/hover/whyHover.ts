import type { HoverSection, LinkAction, TextSpan } from '../../model/hover';
import type { OperationId } from '../../model/operation';
import type { UnmappedReason } from '../../model/location';
import type { ConsideredAs } from '../../source/explain';
import { shorten } from '../text';
import type { Place } from './nothingHover';

/** A place that was considered for an operation. */
export interface WhyPlace extends Place {
  readonly confidence: number;
  readonly as: ConsideredAs;
  readonly evidence: readonly string[];
  /** It is the function that was asked about. */
  readonly isHere: boolean;
  /** Somebody picked it. */
  readonly isPicked: boolean;
}

/** An operation that was considered for a function. */
export interface WhyOperation {
  readonly id: OperationId;
  readonly name: string;
  /** `orders-api · server`. */
  readonly about: string;
  readonly places: readonly WhyPlace[];
  readonly misses: readonly UnmappedReason[];
  /** How the code that it was recorded in compares with that of now, in sentences. */
  readonly history?: readonly string[];
  /** The picked place that is no longer there. */
  readonly lost?: string;
  /** A rule that leads its path to the file that was asked about. */
  readonly rule?: { readonly from: string; readonly to: string };
}

const AS: Readonly<Record<ConsideredAs, string>> = {
  shown: 'shown here',
  equal: 'fits as well as others, so it is not guessed',
  weaker: 'fits less well',
  weak: 'too uncertain to show',
  rejected: 'you said that it is not its code',
  guess: 'a guess by its name alone',
};

/** Reasons told per operation. */
const MOST_MISSES = 3;

/** Every operation that was considered, with the places, the evidence and the score, and what can be done. */
export function whySections(operations: readonly WhyOperation[]): HoverSection[] {
  return operations.map((operation) => ({ rows: operationRows(operation) }));
}

/** `pickPlace` for an operation and the function at a line. */
export function pickLink(text: string, operation: OperationId, place?: Place): TextSpan {
  const args = place === undefined ? [operation] : [operation, place.uri, String(place.line)];
  return { text, link: { kind: 'command', command: 'spanlight.pickPlace', args } };
}

function operationRows(operation: WhyOperation): TextSpan[][] {
  const rows: TextSpan[][] = [
    [
      { text: shorten(operation.name), style: 'strong' },
      { text: `  ${shorten(operation.about)}`, style: 'muted' },
    ],
  ];
  for (const place of operation.places) rows.push(placeRow(place), ...linkRow(operation, place));
  if (operation.lost !== undefined) rows.push([{ text: `Picked was ${operation.lost}, which is no longer there.` }]);
  const isShown = operation.places.some((place) => place.as === 'shown');
  for (const { text, cure } of isShown ? [] : operation.misses.slice(0, MOST_MISSES)) {
    rows.push([{ text: cure === undefined ? text : `${text} ${cure}` }]);
  }
  for (const text of operation.history?.slice(0, MOST_MISSES) ?? [])
    rows.push([{ text: shorten(text, 200), style: 'muted' }]);
  if (operation.rule !== undefined) {
    const { from, to } = operation.rule;
    const link: LinkAction = { kind: 'command', command: 'spanlight.addPathRule', args: [from, to] };
    rows.push([{ text: `Add the rule ${from === '' ? '/' : from} → ${to}`, link }]);
  }
  if (!isShown && operation.misses.some(({ path }) => path !== undefined)) {
    const link: LinkAction = { kind: 'command', command: 'spanlight.locatePath', args: [operation.id] };
    rows.push([{ text: 'Say where the path lies…', link }]);
  }
  if (!operation.places.some((place) => place.isHere)) rows.push([pickLink('Pick the function', operation.id)]);
  return rows;
}

function placeRow(place: WhyPlace): TextSpan[] {
  const where = place.isHere ? 'this function' : place.label;
  const as = place.as === 'shown' && !place.isHere ? 'shown there' : AS[place.as];
  const evidence = place.evidence.map((text) => shorten(text)).join(' · ');
  return [{ text: `${place.confidence.toFixed(2)}  ${where}, ${as}: ${evidence}` }];
}

function linkRow(operation: WhyOperation, place: WhyPlace): TextSpan[][] {
  if (!place.isHere) {
    const link: LinkAction = { kind: 'openLocation', uri: place.uri, line: place.line };
    return [[{ text: `Open ${place.label}`, link }]];
  }
  if (place.as !== 'shown') return [[pickLink('Pick this one', operation.id, place)]];
  return [[place.isPicked ? forgetLink() : notThisCodeLink(operation.id)]];
}

/** Takes an operation away from where it is shown. */
export function notThisCodeLink(operation: OperationId): TextSpan {
  return { text: 'not this code', link: { kind: 'command', command: 'spanlight.notThisCode', args: [operation] } };
}

/** Leads to what was picked. */
export function forgetLink(): TextSpan {
  return { text: 'forget the pick', link: { kind: 'command', command: 'spanlight.forgetPick' } };
}
