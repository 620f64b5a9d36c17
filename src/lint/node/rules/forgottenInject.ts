import type { Finding } from '../../../model/finding';
import { dotted } from '../../code/names';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { answererOf } from '../destinations';
import { firstLine } from '../evidenceAt';
import { isHandMade, isPropagation } from '../handMade';
import type { NodeCode } from '../nodeCode';
import { outgoingCalls, type OutgoingCall } from '../outgoing';
import { appOf, sameApp } from '../process/apps';
import type { Setup } from '../process/setups';
import { isReached } from '../reached';
import { possibleValues } from '../values';
import { API_NAME } from './propagateUrls';

type Injects = Pick<OutgoingCall, 'source' | 'call'>;

const injecting = new WeakMap<NodeCode, readonly OutgoingCall[]>();

/**
 * Whether a process does without instrumentations and hands the context on by hand: then not the set-up lacks something,
 * but each request that does not.
 */
export function injectsByHand(node: NodeCode, setup: Setup): boolean {
  const { count, unknown } = setup.coverage;
  return (
    setup.kind === 'provider' &&
    count === 0 &&
    unknown.length === 0 &&
    (injectedRequests(node).length > 0 || helper(node) !== undefined)
  );
}

/** Whether a request is shown to go to the own system: one that is made to no known place may be left out on purpose. */
function isToOwn(node: NodeCode, { source, url }: OutgoingCall): boolean {
  if (url === undefined) return false;
  // A client for many vendors calls each one's address so.
  if (/(^|\/)(providers?|integrations?|connectors?|plugins?|oauth)\//i.test(source.file.relative)) return false;
  if (answererOf(node.program, url) === 'own' || isOwnClient(node, source)) return true;
  return possibleValues(node.program, url).some((value) => {
    const { expression } = value;
    const isSet = expression.kind === 'text' && /^(https?:\/\/)?$/.test(expression.pieces[0] ?? 'x');
    const name = dotted((isSet ? expression.holes[0] : undefined) ?? expression)
      ?.split('.')
      .at(-1);
    return name !== undefined && API_NAME.test(name);
  });
}

/** `src/adapters/acme-api-client/request.ts` of the package `acme`. */
function isOwnClient(node: NodeCode, { file }: SourceCode): boolean {
  const name = /(?:^|[\s/])([\w-]{4,})$/.exec(node.code.unit.manifest.text)?.[1]?.toLowerCase();
  if (name === undefined || /^(server|backend|client|service|core|root|apps?|main)$/.test(name)) return false;
  const folders = file.relative.toLowerCase().split('/').slice(-3);
  return folders.some((one) => one.split(/[-_.]/).includes(name)) && folders.some((one) => /client|\bapi\b/.test(one));
}

/** A helper of the program that injects into the headers it is given. */
function helper({ program }: NodeCode): Injects | undefined {
  for (const source of program.sources) {
    if (!source.has(/\binject\(/)) continue;
    for (const fn of source.code.functions) {
      if (fn.id === 0 || !fn.parameters.some(({ name }) => /headers|carrier/i.test(name))) continue;
      const call = source.callsIn(fn).find((one) => isPropagation(source, fn, one, 'inject'));
      if (call) return { source, call };
    }
  }
  return undefined;
}

/** Requests from Node that carry the context by hand. */
function injectedRequests(node: NodeCode): readonly OutgoingCall[] {
  let known = injecting.get(node);
  if (known === undefined) {
    known = outgoingCalls(node.program).filter(
      ({ source, function: fn }) =>
        node.runsInNode(source) && isHandMade(node.program, source, fn, 'inject', node.code.settings),
    );
    injecting.set(node, known);
  }
  return known;
}

/** Rule 10 of a process without instrumentations whose other requests inject: the one that was forgotten. */
export function forgottenInjectFindings(node: NodeCode): Finding[] {
  const { setups, distribution, isOtherRuntime, leftOut, preload } = node.tracing;
  if (preload !== undefined || (distribution !== undefined && !(isOtherRuntime && leftOut.has('undici')))) return [];
  const [setup] = setups.filter((one) => injectsByHand(node, one) && isReached(node, one));
  if (setup === undefined || setups.some((one) => !injectsByHand(node, one))) return [];
  const app = appOf(node.code.unit, setup.source);
  const other = injectedRequests(node)[0] ?? helper(node)!;
  return node
    .ownRequests()
    .filter(
      (one) =>
        one.isMaker !== true &&
        sameApp(appOf(node.code.unit, one.source), app) &&
        (isOtherRuntime ? one.client === 'fetch' : one.transport !== 'http2') &&
        isToOwn(node, one),
    )
    .map(({ source, call, client }) =>
      findingAt('JS-UNCOVERED-LIB', source, firstLine(source, call), {
        severity: 'warning',
        message: `Nothing instruments \`${client}\` in this process, and this request does not inject the trace context by hand.`,
        related: [
          relatedAt(setup.source, firstLine(setup.source, setup.call), `${setup.name} without instrumentations`),
          relatedAt(other.source, firstLine(other.source, other.call), 'where others inject it'),
        ],
      }),
    );
}
