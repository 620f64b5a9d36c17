import { pushTo } from '../../../base/tables/pushTo';
import type { Expression } from '../../../syntax/code/expression';
import type { Finding } from '../../../model/finding';
import { findingAt, relatedAt } from '../../report';
import { coverageOf } from '../process/coverage';
import { whyUncovered } from '../process/holes';
import { addInstrumentor } from '../fixes/instrument';
import {
  boundTo,
  destinationOfSite,
  goesWhereTold,
  httpSites,
  isNeverUsed,
  isProbe,
  requestsOf,
  staysInside,
  urlsOf,
  type HttpSite,
} from './httpClients';
import { requestsElsewhere, type RequestUrl } from './clientCalls';
import { isHandedToVendor } from './handedOn';
import { destinationOf, together } from '../flow/destinations';
import { mayRelayTrace, relaysWithoutTrace } from './relays';
import { Injection } from '../flow/injection';
import { isOfOthersRecord, namesOthersService, namesOwnService } from '../flow/ownNames';
import { leaves, PerClient } from './perClient';
import { isTold } from './toldAddresses';
import { placeOf } from '../names/pythonCode';
import { functionAround } from '../names/statements';
import type { TracedCode, TracedProcess } from '../process/tracedCode';
import { isForeign, type Destination } from '../../code/thirdParty';
import { rowOf } from '../process/table';
import { describePlace, withNamed } from '../process/words';

/** PY-UNCOVERED-HTTP: clients of a library that nothing in their process instruments; one finding a file and library. */
export function uncoveredHttp(traced: TracedCode): Finding[] {
  const injection = new Injection(traced.code, traced.settings);
  const perClient = new PerClient(traced.code);
  const findings: Finding[] = [];
  for (const source of traced.sources) {
    const byLibrary = new Map<string, HttpSite[]>();
    for (const site of httpSites(traced.code, traced.code.sitesIn(source))) {
      pushTo(byLibrary, site.library, site);
    }
    for (const [library, sites] of byLibrary) {
      const lost = sites.flatMap((site) => {
        const process = traced.processesAt(site).find((one) => isUncovered(library, one));
        if (process === undefined) return [];
        if (process.entry === undefined && BESIDE_SERVER.test(source.file.relative)) return [];
        if (COMMAND_LINE.test(source.file.relative)) return [];
        if (isOneByOne(library, process) && isLeftOut(site, traced, perClient)) return [];
        return losesContext(site, process, traced, injection) ? [{ site, process }] : [];
      });
      const process = lost[0]?.process;
      if (process === undefined) continue;
      findings.push(
        report(
          library,
          lost.map(({ site }) => site),
          process,
          traced,
        ),
      );
    }
  }
  return findings;
}

/** Whether a client may be instrumented where clients are one by one, or asks somebody else and was left out for that. */
function isLeftOut(site: HttpSite, traced: TracedCode, perClient: PerClient): boolean {
  if (site.makesClient && perClient.mayBeInstrumented(site)) return true;
  const isKept = site.makesClient && isUsedElsewhere(site);
  return !isKept && destinationOfSite(traced.code, site) !== 'own';
}

/** Packages have clients and commands beside their server, which run in other processes. */
const BESIDE_SERVER = /(^|\/)(client|sdk|cli|commands)\//;
/** Commands run by themselves, wherever they begin. */
const COMMAND_LINE = /(^|\/)[\w-]*cli(\/|\.py$)|(^|\/)benchmarks?\.py$/;

function isUncovered(library: string, process: TracedProcess): boolean {
  return process.tracing.is === 'yes' && coverageOf(rowOf(library), process).is === 'no';
}

function losesContext(site: HttpSite, process: TracedProcess, traced: TracedCode, injection: Injection): boolean {
  if (staysInside(site) || isNeverUsed(site) || isProbe(traced.code, site)) return false;
  const answers = whoAnswers(site, traced);
  const destination = answers === 'unknown' && relaysWithoutTrace(site) ? 'own' : answers;
  if (isForeign(destination)) return false;
  if (destination === 'unknown' && (isHandedToVendor(traced.code, site) || loadsMedia(traced, site) || isGuarded(site)))
    return false;
  const addresses = urlsOf(traced.code, site).filter((url) => url !== undefined);
  if (addresses.some((url) => isOfOthersRecord(traced.code, site.source, site.function, url))) return false;
  // Where nothing is instrumented, that may be meant so: only calls to services of the same system are lost.
  if (!process.isListed) {
    const isOwn = destination === 'own' || speaksOfOwnService(traced, site);
    if (!isOwn || !traced.tracesItself(process, site)) return false;
  }
  // Where no client is instrumented, the process may call nobody but others.
  if (destination !== 'own' && !instrumentsClients(process, site.library) && speaksOfOthers(traced, site)) return false;
  if (injection.at(site)) return false;
  const requests = requestsOf(traced.code, site);
  if (requests.length > 0 && requests.every((one) => injection.isHanded(one))) return false;
  return !(site.makesClient && isUsedElsewhere(site) && injection.inFile(site.source));
}

/** An address is checked not to lead inside (server-side request forgery): it is one that users give. */
function isGuarded({ source, function: fn }: HttpSite): boolean {
  return /ssrf/i.test(source.code.text.slice(fn.start, fn.end));
}

/** What data says where to find a picture or a file lies in somebody's storage. */
const LOADS_MEDIA =
  /(^|_)(image|picture|photo|avatar|logo|thumbnail|media|video|audio|attachment)s?(_|$)|_(from|by)_url$|^download_(file|url)/;

function loadsMedia({ code }: TracedCode, site: HttpSite): boolean {
  return LOADS_MEDIA.test(site.function.name) && goesWhereTold(code, site);
}

/** Who is called, in other functions where the client is made for them. */
function whoAnswers(site: HttpSite, { code }: TracedCode): Destination {
  const here = destinationOfSite(code, site);
  if (here !== 'unknown' || !site.makesClient) return here;
  return together(requestsElsewhere(code, site).map((one) => destinationOf(code, one.source, one.function, one.url)));
}

/** Whether a call of unknown destination is probably to a service of the same system: its address says so, or its folder. */
function speaksOfOwnService({ code, unit }: TracedCode, site: HttpSite): boolean {
  if (goesWhereTold(code, site)) return false;
  if (/[\\/](micro)?services[\\/][^\\/]+$/.test(unit.root)) return true;
  const isOwn = ({ source, function: fn, url }: RequestUrl): boolean => namesOwnService(code, source, fn, url);
  if (urlsOf(code, site).some((url) => url !== undefined && isOwn({ ...site, url }))) return true;
  return site.makesClient && requestsElsewhere(code, site).some(isOwn);
}

/** Whether a call of unknown destination goes wherever a caller says, is called after somebody else, or passes headers on. */
function speaksOfOthers(traced: TracedCode, site: HttpSite): boolean {
  const { code } = traced;
  if (speaksOfOwnService(traced, site)) return false;
  if (goesWhereTold(code, site) || mayRelayTrace(site)) return true;
  const isOthers = ({ source, function: fn, url }: RequestUrl): boolean =>
    namesOthersService(code, source, fn, url) || isTold(code, source, fn, url);
  // What other methods of a class ask through its client stands in them.
  const isOthersThere = (url: Expression | undefined): boolean =>
    url !== undefined && isOthers({ source: site.source, function: functionAround(site.source, url), url });
  return urlsOf(code, site).some(isOthersThere) || (site.makesClient && requestsElsewhere(code, site).some(isOthers));
}

const CLIENT_INSTRUMENTORS = ['httpx', 'requests', 'aiohttp', 'urllib3']
  .flatMap((library) => [...rowOf(library).instrumentors, ...(rowOf(library).wrappers ?? [])])
  .concat('URLLibInstrumentor');

/** Whether a process instruments any HTTP client. */
function instrumentsClients(process: TracedProcess, library: string): boolean {
  const { instrumentors } = process.setup;
  return CLIENT_INSTRUMENTORS.some((name) => instrumentors.has(name)) || isOneByOne(library, process);
}

/** Whether single clients of a library are instrumented. */
function isOneByOne(library: string, { setup }: TracedProcess): boolean {
  return rowOf(library).instrumentors.some((name) => setup.perClient.has(name));
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
  const shown = [...process.setup.instrumentors.values()][0]?.[0] ?? process.tracing.by[0] ?? verdict.by[0]!;
  const message =
    `${library} sends no trace context here: this process is traced (${describePlace(shown, first.source)}), ` +
    `but ${whyUncovered(verdict, `nothing in it instruments ${library} (${instrumentor} is missing)`)}.`;
  return findingAt('PY-UNCOVERED-HTTP', first.source, placeOf(first), {
    severity: 'warning',
    message,
    evidence: withNamed(shown, [...verdict.by, ...process.tracing.by], 4),
    related: others.map((site) => relatedAt(site.source, placeOf(site), `${library} is not instrumented here either`)),
    // One that is there already and does not work is not mended by another.
    fixes: whyUncovered(verdict, '') === '' ? addInstrumentor(row, process, traced) : [],
  });
}
