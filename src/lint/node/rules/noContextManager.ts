import type { Finding, Fix } from '../../../model/finding';
import type { Call } from '../../../syntax/code/expression';
import type { SourceCode } from '../../code/sourceCode';
import { findingAt } from '../../report';
import { firstLine } from '../evidenceAt';
import { dependencyEdits, inOrder } from '../fixes/addInstrumentation';
import { setContextManager } from '../fixes/localFixes';
import type { NodeCode } from '../nodeCode';
import { INSTALL } from '../nodeTables';
import { isReached } from '../reached';
import { callsOf } from '../values';

/** Rule 12: active spans with a bare provider, under which no context is ever active. */
export function noContextManagerFindings(node: NodeCode): Finding[] {
  const { found, distribution, preload } = node.tracing;
  if (distribution !== undefined || preload !== undefined) return [];
  if (found.some(({ kind, name }) => kind === 'sdk' || (name !== 'BasicTracerProvider' && kind === 'provider')))
    return [];
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
  if (active === undefined) return [];
  return providers.map(({ source, call }) =>
    findingAt('JS-NO-CONTEXT-MANAGER', source, firstLine(source, call), {
      severity: 'warning',
      message:
        'BasicTracerProvider brings no context manager and none is set: spans made active have no children and no context is sent.',
      fixes: managerFixes(node, source, call),
      related: [
        {
          file: active.source.path,
          range: active.source.range(firstLine(active.source, active.call)),
          message: 'a span made active in vain',
        },
      ],
    }),
  );
}

function managerFixes(node: NodeCode, source: SourceCode, provider: Call): Fix[] {
  const row = INSTALL.find(({ library }) => library === 'context-manager');
  const manifest = row ? dependencyEdits(node.code.unit, row) : [];
  return setContextManager(source, provider).map(({ title, edits }) => ({
    title,
    edits: inOrder([...edits, ...manifest]),
  }));
}
