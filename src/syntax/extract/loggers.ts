import { lastPart, type CallSite } from './callSite';
import type { SourceFile } from './sourceFile';

/** `log`, `_logger`, `LOG`, `auditLog`, `getLogger`; not `catalog`. */
const LOGGER = /(?:^|[^A-Za-z])log(?:ger|ging)?$|Log(?:ger|ging)?$|LOG(?:GER)?$/;

/** Whether a call is made on a logger: of most the lowest level is called `trace`, which is no span. */
export function isOnLogger(call: CallSite, file: SourceFile): boolean {
  return [call.receiver, file.made.get(call.receiver)?.by].some(
    (path) => path !== undefined && LOGGER.test(lastPart(withoutCall(path))),
  );
}

/** `LoggerFactory.getLogger(Orders.class)` → `LoggerFactory.getLogger`. */
function withoutCall(path: string): string {
  return path.replace(/\([^]*$/, '');
}
