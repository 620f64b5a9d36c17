import type { Range0 } from '../../base/positions';
import type { Capture } from './captures';
import type { SyntaxNode } from '../syntaxNode';
import type { SourceFile } from './sourceFile';

/**
 * The call that sends what an expression makes: the one around it, else the next behind it in the same function. What
 * makes a message may stand many rows in front of what takes the time.
 * @param names of the library's calls that send.
 */
export function sendingCall(file: SourceFile, made: SyntaxNode, names: RegExp): Range0 | undefined {
  const here = file.outline.functionAt(made.startIndex);
  const sends = callsNamed(file, names).filter(({ node }) => file.outline.functionAt(node.startIndex) === here);
  const around = sends.filter(({ node }) => node.startIndex < made.startIndex && node.endIndex >= made.endIndex).at(-1);
  const next = around ?? sends.find(({ parts }) => (parts.name?.startIndex ?? 0) >= made.endIndex);
  return next === undefined ? undefined : rangeOf(file, next);
}

/** The first call of each function that sends through what a file makes elsewhere: in a constructor, say. */
export function sendingCalls(file: SourceFile, names: RegExp, isThrough: (receiver: string) => boolean): Capture[] {
  const byFunction = new Map<number, Capture>();
  for (const call of callsNamed(file, names)) {
    const receiver = call.parts.receiver;
    const index = file.outline.functionAt(call.node.startIndex);
    const fits = receiver !== undefined && isThrough(file.source.of(receiver));
    if (fits && !byFunction.has(index)) byFunction.set(index, call);
  }
  return [...byFunction.values()];
}

/** Where a call is: from its name to its end. */
export function rangeOf(file: SourceFile, { node, parts }: Capture): Range0 {
  return parts.name === undefined ? file.source.range(node) : file.source.range(parts.name, node);
}

function callsNamed(file: SourceFile, names: RegExp): Capture[] {
  return file.captures
    .of('call')
    .filter(({ parts }) => parts.name !== undefined && names.test(file.source.of(parts.name)))
    .sort((a, b) => (a.parts.name?.startIndex ?? 0) - (b.parts.name?.startIndex ?? 0));
}
