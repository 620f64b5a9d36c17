import type { Fix } from '../../../model/finding';
import type { ProcessUnit } from '../../project/processUnit';
import type { CallPlace } from '../goUnit';
import { indentAt, insertAt, newlineOf } from './edits';
import { importPackage, mergeEdits } from './imports';
import { withModule } from './requireModule';

const OTELGRPC = 'go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc';

/** Adds the stats handler in front of the other options. */
export function rpcHandlerFix(unit: ProcessUnit, { source, call }: CallPlace, first: number): Fix[] {
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
  const title = 'Send the trace context with otelgrpc.NewClientHandler';
  return [withModule(unit, source.path, OTELGRPC, { title, edits: mergeEdits([...otelgrpc.edits, edit]) })];
}
