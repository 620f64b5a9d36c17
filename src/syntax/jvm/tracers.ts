import { lastPart, type CallSite } from '../extract/callSite';
import { isOnLogger } from '../extract/loggers';
import type { JvmFile } from './file';

const TRACER = /trac|span|telemetry|observ/i;
const FUNCTIONS: readonly string[] = ['lambda_expression', 'method_reference', 'lambda_literal', 'callable_reference'];

/**
 * Whether a call named `trace` measures something: it is made on a tracer, or gives the work to a function of the project
 * (`trace("checkout", () -> …)`). Loggers have a level of that name, and routers a method of HTTP.
 */
export function measuresWork(call: CallSite, file: JvmFile): boolean {
  if (isOnLogger(call, file)) return false;
  if (call.receiver !== '') return TRACER.test(`${lastPart(call.receiver)} ${file.made.get(call.receiver)?.by ?? ''}`);
  const name = file.values.string(call.args[0]);
  if (name?.startsWith('/') === true) return false;
  return call.node.descendantsOfType(FUNCTIONS).some(({ startIndex }) => startIndex > call.start);
}
