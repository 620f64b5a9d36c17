import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { classesOf } from '../names/classes';
import { coverageOf, type Surroundings } from '../process/coverage';
import { isRequest, libraryOfClient, httpSites, requestUrl, urlsOf, type HttpSite } from '../http/httpClients';
import { kafkaProduces } from '../kafka/kafkaClients';
import type { PythonCode, Site } from '../names/pythonCode';
import { rowOf } from '../process/table';
import { isForeign } from '../../code/thirdParty';
import { destinationOf, together } from './destinations';

/** Whether a request goes to an address that is somebody else's for sure: nobody there goes on with a trace. */
export function asksOthers(code: PythonCode, site: HttpSite): boolean {
  const { source, function: fn } = site;
  const found = urlsOf(code, site).map((url) => (url === undefined ? 'unknown' : destinationOf(code, source, fn, url)));
  return isForeign(together(found));
}

/**
 * Whether a function's own statements call another service through a library that its process instruments; calls to
 * somebody else do not count.
 *
 * @param sites only these of its calls.
 */
export function callsOut(
  code: PythonCode,
  source: SourceCode,
  fn: CodeFunction,
  process: Surroundings,
  sites: readonly Site[] = code.sitesOf(source, fn),
): boolean {
  const isCovered = (library: string): boolean => coverageOf(rowOf(library), process).is === 'yes';
  const isLost = (site: HttpSite): boolean => !site.makesClient && isCovered(site.library) && !asksOthers(code, site);
  if (httpSites(code, sites).some(isLost)) return true;
  if (kafkaProduces(code, sites).some((site) => isCovered(site.library))) return true;
  return sites.some(({ method, call }) => {
    if (!isRequest(method) || call.callee.kind !== 'member') return false;
    const url = requestUrl(call);
    if (url !== undefined && isForeign(destinationOf(code, source, fn, url))) return false;
    return classesOf(code, source, fn, call.callee.object).some((made) => {
      const library = libraryOfClient(made);
      return library !== undefined && isCovered(library);
    });
  });
}
