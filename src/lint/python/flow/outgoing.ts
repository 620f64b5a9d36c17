import type { CodeFunction } from '../../../syntax/code/code';
import type { SourceCode } from '../../code/sourceCode';
import { classesOf } from '../names/classes';
import { coverageOf, type Surroundings } from '../process/coverage';
import { isRequest, libraryOfClient, httpSites } from '../http/httpClients';
import { kafkaProduces } from '../kafka/kafkaClients';
import type { PythonCode, Site } from '../names/pythonCode';
import { rowOf } from '../process/table';

/**
 * Whether a function's own statements call another service through a library that its process instruments.
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
  if (httpSites(code, sites).some((site) => !site.makesClient && isCovered(site.library))) return true;
  if (kafkaProduces(code, sites).some((site) => isCovered(site.library))) return true;
  return sites.some(({ method, call }) => {
    if (!isRequest(method) || call.callee.kind !== 'member') return false;
    return classesOf(code, source, fn, call.callee.object).some((made) => {
      const library = libraryOfClient(made);
      return library !== undefined && isCovered(library);
    });
  });
}
