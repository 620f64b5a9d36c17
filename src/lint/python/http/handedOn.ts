import { expressionsOf, headsOf, statementsIn } from '../../code/walk';
import { destinationOfName } from '../../code/thirdParty';
import type { PythonCode } from '../names/pythonCode';
import { boundTo, type HttpSite } from './httpClients';

/** Whether a client is made for a vendor's library, which calls that vendor with it: `AsyncOpenAI(http_client=client)`. */
export function isHandedToVendor(code: PythonCode, site: HttpSite): boolean {
  if (!site.makesClient) return false;
  const bound = boundTo(site);
  return site.source.code.functions.some((fn) =>
    [...statementsIn(fn.body)].some((statement) =>
      headsOf(statement).some((head) =>
        [...expressionsOf(head)].some((part) => {
          if (part.kind !== 'call' || part === site.call) return false;
          const isGiven = part.args.some(
            ({ value }) => value === site.call || (bound !== undefined && site.source.textOf(value) === bound),
          );
          if (!isGiven) return false;
          const root = (code.names.nameOf(site.source, fn, part.callee) ?? '').split('.')[0]!;
          return destinationOfName(root) === 'third-party';
        }),
      ),
    ),
  );
}
