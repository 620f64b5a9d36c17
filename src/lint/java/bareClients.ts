import type { Finding, FindingSeverity } from '../../model/finding';
import { isForeign } from '../code/thirdParty';
import { findingAt } from '../report';
import { callsGiven } from './spring/springClients';
import { chainFrom, useOf } from './chains';
import { nameOfCall, typeAround, type CallPlace } from './declarations';
import { destinationOf, isVendorFile } from './destinations';
import type { JavaCode } from './javaCode';
import { COVERAGE, type CoverageRow } from './javaTables';
import { hasTracingFilter, writesTraceHeaders } from './spring/injectors';
import { asFindingEvidence, firstLine, whereIs } from './places';
import type { Mechanism } from './setup';
import { isStartUp } from './spring/relevance';
import { lastPart, namesType } from './typeNames';

const MAKES = /^(newHttpClient|newBuilder|createDefault|createSystem|custom|create)$/;

/** What Spring puts between itself and a client: it is observed there. */
const UNDER_SPRING = /RequestFactory|ClientHttpConnector|requestFactory|clientConnector/;

/**
 * JAVA-CLIENT-NO-AGENT: clients that only an agent or a wrapper covers. A hint, as agents are often put in where a process
 * is deployed; a warning where the files show how it is and there is none.
 */
export function clientsWithoutAgent(code: JavaCode): Finding[] {
  return COVERAGE.filter(({ covers }) => covers === 'wrapper').flatMap((row) => ofLibrary(code, row));
}

/** A hint, as an agent may be put in where the process is deployed, unless the files show that none is. */
export function severityWithoutAgent({ code: { unit } }: JavaCode): FindingSeverity {
  return unit.deployment.known.is === 'yes' ? 'warning' : 'hint';
}

/** Whether an agent may be put in that the files do not show: hardly beside an SDK that is set up by hand. */
export function mayHaveAgent(code: JavaCode, { name }: Mechanism): boolean {
  return name !== 'sdk' && severityWithoutAgent(code) !== 'warning';
}

function ofLibrary(code: JavaCode, row: CoverageRow): Finding[] {
  const [mechanism] = code.setup.mechanisms;
  if (mechanism === undefined || code.code.settings.coveredBy.has(row.library)) return [];
  const wrappers = (row.with ?? '').split(', ');
  const texts = code.program.sources.map((source) => source.code.text);
  if (texts.some((text) => wrappers.some((name) => text.includes(name)))) return [];
  return madeOf(code, row.classes ?? [])
    .filter((place) => isBare(code, place))
    .map(({ source, call }) =>
      findingAt('JAVA-CLIENT-NO-AGENT', source, firstLine(source, call), {
        severity: severityWithoutAgent(code),
        message: `${mechanism.row.title} (\`${whereIs(source, mechanism.at)}\`) does not cover ${row.library}: what this client sends carries no trace context unless an agent is put in.`,
        evidence: asFindingEvidence([mechanism.at]),
      }),
    );
}

function madeOf(code: JavaCode, classes: readonly string[]): CallPlace[] {
  return classes.flatMap((name) => {
    const made = code
      .calls(lastPart(name))
      .filter(({ source, call }) => call.isNew && namesType(source, call.callee, name));
    const built = code
      .calls('Builder')
      .filter(({ source, call }) => call.isNew && namesType(source, call.callee, `${name}.Builder`));
    const byStatic = ['newHttpClient', 'newBuilder', 'createDefault', 'createSystem', 'custom', 'create']
      .flatMap((method) => code.calls(method))
      .filter(
        ({ source, call: { callee } }) =>
          callee.kind === 'member' && MAKES.test(callee.name) && namesType(source, callee.object, name),
      );
    return [...made, ...built, ...byStatic];
  });
}

function isBare(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn, call } = place;
  if (isStartUp(source, fn) || isVendorFile(source)) return false;
  const type = typeAround(source, call);
  if (type !== undefined && writesTraceHeaders(source.textOf(type))) return false;
  // An observation of one's own: Micrometer writes the context into what its sender context carries.
  const around = [fn, ...source.around(fn)].filter(({ id }) => id !== 0);
  if (around.some((one) => /SenderContext\b/.test(source.textOf(one)))) return false;
  const last = chainFrom(place).at(-1)!;
  const piece = fn.id === 0 ? { start: call.start, end: last.end } : fn;
  if (hasTracingFilter(code, { source, function: fn, piece })) return false;
  const use = useOf(source, fn, last);
  if (use.kind === 'argument' && UNDER_SPRING.test(source.textOf(use.call.callee))) return false;
  const given = use.kind === 'variable' ? callsGiven(fn, use.name) : [];
  if (given.some((one) => UNDER_SPRING.test(nameOfCall(one) ?? ''))) return false;
  const address = /URI\.create\(\s*("[^"]*"|\w+)/.exec(type === undefined ? '' : source.textOf(type))?.[1];
  if (address === undefined) return true;
  const isText = address.startsWith('"');
  const at = { start: call.start, end: call.start };
  const url = isText
    ? ({ kind: 'text', value: address.slice(1, -1), pieces: [], holes: [], ...at } as const)
    : ({ kind: 'name', name: address, ...at } as const);
  return !isForeign(destinationOf(code, place, url));
}
