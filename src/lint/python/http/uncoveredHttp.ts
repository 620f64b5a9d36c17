import type { Finding } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import { coverageOf } from '../process/coverage';
import { addInstrumentor } from '../fixes/instrument';
import { boundTo, destinationOfSite, httpSites, isProbe, staysInside, type HttpSite } from './httpClients';
import { Injection } from '../flow/injection';
import { leaves, PerClient } from './perClient';
import { placeOf } from '../names/pythonCode';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { isForeign } from '../../code/thirdParty';
import { rowOf } from '../process/table';
import { describePlace } from '../process/words';

/** PY-UNCOVERED-HTTP: clients of a library that nothing in their process instruments; one finding a file and library. */
export function uncoveredHttp(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  const perClient = new PerClient(traced.code);
  const findings: Finding[] = [];
  for (const source of traced.sources) {
    const byLibrary = new Map<string, HttpSite[]>();
    for (const site of httpSites(traced.code.sitesIn(source))) {
      const list = byLibrary.get(site.library);
      if (list) list.push(site);
      else byLibrary.set(site.library, [site]);
    }
    for (const [library, sites] of byLibrary) {
      const uncovered = traced.processesOf(source).find((one) => isUncovered(library, one));
      if (uncovered?.entry === undefined && BESIDE_SERVER.test(source.file.relative)) continue;
      if (uncovered === undefined) continue;
      const oneByOne = rowOf(library).instrumentors.some((name) => uncovered.setup.perClient.has(name));
      const lost = sites.filter((site) => {
        if (oneByOne && site.makesClient && perClient.mayBeInstrumented(site)) return false;
        return losesContext(site, traced, injection);
      });
      if (lost.length > 0) findings.push(report(library, lost, uncovered, traced));
    }
  }
  return findings;
}

/** Packages have clients and commands beside their server, which run in other processes. */
const BESIDE_SERVER = /(^|\/)(client|sdk|cli)\//;

function isUncovered(library: string, process: TracedProcess): boolean {
  const { setup } = process;
  if (process.tracing.is !== 'yes' || coverageOf(rowOf(library), process).is !== 'no') return false;
  return setup.instrumentors.size > 0 || setup.perClient.size > 0 || process.agents > 0;
}

function losesContext(site: HttpSite, traced: TracedCode, injection: Injection): boolean {
  if (staysInside(site) || isProbe(traced.code, site) || isForeign(destinationOfSite(traced.code, site))) return false;
  if (injection.at(site)) return false;
  return !(site.makesClient && isUsedElsewhere(site) && injection.inFile(site.source));
}

/** Whether a client is used outside the function that makes it, where its calls may be given headers by hand. */
function isUsedElsewhere(site: HttpSite): boolean {
  const name = boundTo(site);
  if (name === undefined || site.function.id === 0 || /[.[]/.test(name)) return true;
  return leaves(site.source, site.function, name);
}

function report(library: string, sites: readonly HttpSite[], process: TracedProcess, traced: TracedCode): Finding {
  const [first, ...others] = sites as [HttpSite, ...HttpSite[]];
  const row = rowOf(library);
  const verdict = coverageOf(row, process);
  const instrumentor = row.instrumentors[0]!;
  const shown = [...process.setup.instrumentors.values()][0]?.[0] ?? verdict.by[0] ?? process.tracing.by[0]!;
  const message =
    `${library} sends no trace context here: this process is traced (${describePlace(shown)}), ` +
    `but nothing in it instruments ${library} (${instrumentor} is missing).`;
  return findingAt('PY-UNCOVERED-HTTP', first.source, placeOf(first), {
    severity: 'warning',
    message,
    evidence: [...verdict.by, ...process.tracing.by].slice(0, 4),
    related: others.map((site) => relatedAt(site.source, placeOf(site), `${library} is not instrumented here either`)),
    fixes: addInstrumentor(row, process, traced),
  });
}
