import type { Finding } from '../../model/finding';
import { findingAt } from '../report';
import { chainFrom, namesIn, useOf } from './chains';
import { callsOn } from './springClients';
import { nameOfCall, type CallPlace } from './declarations';
import type { JavaCode } from './javaCode';
import { firstLine } from './places';
import { mechanismOf } from './setup';

/** GO-PROP-UNSET for Java: an SDK that is built by hand has no propagators unless they are set. */
export function unsetPropagators(code: JavaCode): Finding[] {
  // Micrometer and Sleuth take their propagators from beans of their own.
  if (mechanismOf(code.setup, 'sdk', 'starter') === undefined) return [];
  return code.setup.handBuilt.filter((place) => isUnset(code, place)).map(finding);
}

function isUnset(code: JavaCode, place: CallPlace): boolean {
  const { source, function: fn } = place;
  const chain = chainFrom(place);
  const names = [...namesIn(chain)];
  const use = useOf(source, fn, chain.at(-1)!);
  if (use.kind === 'variable') names.push(...callsOn(source, fn, use.name).flatMap((call) => nameOfCall(call) ?? []));
  // A builder that is handed on may get them there.
  if (use.kind === 'argument' || (use.kind === 'returned' && !names.includes('build'))) return false;
  if (!names.includes('setTracerProvider') || names.includes('setPropagators')) return false;
  return !code.program.sources.some(({ code: { text } }) => /ContextPropagators\.create\(/.test(text));
}

function finding({ source, call }: CallPlace): Finding {
  return findingAt('GO-PROP-UNSET', source, firstLine(source, call), {
    severity: 'warning',
    message:
      'OpenTelemetrySdk.builder() is given a tracer provider and no propagators, whose default does nothing: incoming trace context is ignored and outgoing requests carry none.',
  });
}
