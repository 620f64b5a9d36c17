import path from 'node:path';
import type { Finding, Fix } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt, relatedAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { inOrder } from '../fixes/addInstrumentation';
import { dependencyEdits } from '../fixes/dependencies';
import { editAt } from '../fixes/codeStyle';
import { setContextManager } from '../fixes/localFixes';
import type { NodeCode } from '../nodeCode';
import { INSTALL } from '../nodeTables';
import type { Setup } from '../process/setups';
import { isReached } from '../reached';
import { callsOf } from '../calls';

/** Rule 12: active spans with a bare provider, under which no context is ever active. */
export function noContextManagerFindings(node: NodeCode): Finding[] {
  const { found, distribution, isOtherRuntime, preload } = node.tracing;
  if ((distribution !== undefined && !isOtherRuntime) || preload !== undefined) return [];
  const zones = zoneManagers(node);
  if (zones.length > 0) return zones;
  if (found.some((one) => one.kind === 'sdk' || (one.kind === 'provider' && !isBare(one)))) return [];
  const providers = found.filter(
    (one) => one.kind === 'provider' && one.exports === 'yes' && node.runsInNode(one.source) && isReached(node, one),
  );
  if (providers.length === 0) return [];
  if (node.program.sources.some((source) => source.has(/[cC]ontextManager/))) return [];
  const active = ['startActiveSpan', 'with']
    .flatMap((name) => callsOf(node.program, name))
    .find(
      ({ source, call }) =>
        node.runsInNode(source) && /startActiveSpan|context\.with$/.test(source.textOf(call.callee)),
    );
  // Instrumentations make their spans active, too.
  if (active === undefined && !found.some(({ kind }) => kind === 'register')) return [];
  return providers.map(({ source, call, name }) =>
    findingAt('JS-NO-CONTEXT-MANAGER', source, firstLine(source, call), {
      severity: 'warning',
      message: `${name === 'BasicTracerProvider' ? 'BasicTracerProvider brings no context manager' : `${name} sets a context manager when it is registered, which it is not,`} and none is set: spans made active have no children and no context is sent.`,
      fixes: managerFixes(node, source, call),
      related: active
        ? [relatedAt(active.source, firstLine(active.source, active.call), 'a span made active in vain')]
        : [],
    }),
  );
}

/**
 * A provider that is nothing but a provider: the basic one, and that of Node where it is made the global one without
 * `register()`, which is what would set the context manager and the propagator, too.
 */
export function isBare({ kind, name, source }: Setup): boolean {
  if (kind !== 'provider') return false;
  if (name === 'BasicTracerProvider') return true;
  return name === 'NodeTracerProvider' && source.has('setGlobalTracerProvider') && !source.has('.register(');
}

/**
 * The context manager of browsers on a server: zone.js patches callbacks, but no native `await`, after which the context
 * is lost. See the README of `@opentelemetry/context-zone`: its code has to be compiled down to ES2015.
 */
function zoneManagers(node: NodeCode): Finding[] {
  const providers = node.tracing.found.filter(
    ({ kind, name, exports, source }) =>
      kind === 'provider' && name !== 'WebTracerProvider' && exports === 'yes' && isOfServer(node, name, source),
  );
  return ['register', 'setGlobalContextManager']
    .flatMap((name) => callsOf(node.program, name, 'ZoneContextManager'))
    .flatMap(({ source, call }): Finding[] => {
      const made = callsOf(node.program, 'ZoneContextManager').find(
        (one) => one.source === source && one.call.start >= call.start && one.call.end <= call.end,
      );
      if (made === undefined || !providers.some((one) => one.source === source)) return [];
      return [
        findingAt('JS-NO-CONTEXT-MANAGER', source, firstLine(source, call), {
          severity: 'warning',
          message:
            'ZoneContextManager is made for browsers: on a server it loses the context at every native `await`. Use AsyncLocalStorageContextManager.',
          fixes: zoneFixes(node, source, made.call),
        }),
      ];
    });
}

function isOfServer(node: NodeCode, name: string, source: SourceCode): boolean {
  return (
    name === 'NodeTracerProvider' ||
    node.runsInNode(source) ||
    /(^|[/.])server([/.]|$)/.test(path.dirname(source.file.relative)) ||
    /\.server\.[jt]s$/.test(source.path)
  );
}

function zoneFixes(node: NodeCode, source: SourceCode, made: Call): Fix[] {
  const loaded = source.code.imports.find(({ from }) => from.startsWith('@opentelemetry/context-zone'));
  if (loaded === undefined) return [];
  const text = source.textOf(loaded);
  // Another manager must not be taken over with it.
  if (!/^import \{ ZoneContextManager \} from /.test(text)) return [];
  const manager = 'AsyncLocalStorageContextManager';
  const written = text
    .replace('ZoneContextManager', manager)
    .replace(/@opentelemetry\/context-zone(-peer-dep)?/, '@opentelemetry/context-async-hooks');
  const row = INSTALL.find(({ library }) => library === 'context-manager');
  const edits = [
    editAt(source, loaded, written),
    editAt(source, made.callee, manager),
    ...(row ? dependencyEdits(node.code.unit, row) : []),
  ];
  return [{ title: `Use ${manager}`, edits: inOrder(edits) }];
}

function managerFixes(node: NodeCode, source: SourceCode, provider: Call): Fix[] {
  const row = INSTALL.find(({ library }) => library === 'context-manager');
  const manifest = row ? dependencyEdits(node.code.unit, row) : [];
  return setContextManager(source, provider).map(({ title, edits }) => ({
    title,
    edits: inOrder([...edits, ...manifest]),
  }));
}
