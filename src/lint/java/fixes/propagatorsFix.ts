import type { Fix } from '../../../model/finding';
import { insertAt } from '../../code/edits';
import type { CallPlace } from '../declarations';
import { importClass } from './imports';

/** Gives the SDK the W3C propagators, right behind `builder()`. */
export function propagatorsFix({ source, call }: CallPlace): Fix[] {
  const propagators = importClass(source, 'io.opentelemetry.context.propagation.ContextPropagators');
  const w3c = importClass(source, 'io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator');
  const gap = /^\s*(?=\.)/.exec(source.code.text.slice(call.end))?.[0] ?? '';
  const written = `${gap}.setPropagators(${propagators.name}.create(${w3c.name}.getInstance()))`;
  return [
    {
      title: 'Set the W3C trace context propagator',
      edits: [...propagators.edits, ...w3c.edits, insertAt(source, call.end, written)],
    },
  ];
}
