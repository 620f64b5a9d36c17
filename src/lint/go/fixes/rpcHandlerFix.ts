import type { Fix } from '../../../model/finding';
import type { CallPlace } from '../goUnit';
import { indentAt, insertAt, newlineOf } from './edits';
import { importPackage, mergeEdits } from './imports';

const OTELGRPC = 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc';

/** Adds the stats handler in front of the other options. */
export function rpcHandlerFix({ source, call }: CallPlace, first: number): Fix[] {
  const otelgrpc = importPackage(source, OTELGRPC, 'otelgrpc');
  const grpc = importPackage(source, 'google.golang.org/grpc', 'grpc');
  const option = `${grpc.name}.WithStatsHandler(${otelgrpc.name}.NewClientHandler())`;
  const target = call.args[first - 1];
  const next = call.args[first];
  if (target === undefined || next?.spread) return [];
  const edit =
    next === undefined
      ? insertAt(source, target.end, `, ${option}`)
      : insertAt(source, next.start, option + separator(source.code.text.slice(target.end, next.start)));
  function separator(between: string): string {
    return between.includes('\n') ? `,${newlineOf(source)}${indentAt(source, next!.start)}` : ', ';
  }
  return [
    { title: 'Send the trace context with otelgrpc.NewClientHandler', edits: mergeEdits([...otelgrpc.edits, edit]) },
  ];
}
