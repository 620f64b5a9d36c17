import type { Finding } from '../../../model/finding';
import type { JavaCode } from '../javaCode';
import { asFindingEvidence } from '../places';
import { valuesOf, type GivenProperty } from '../properties';

/** Where Java's set-ups are told what headers to write and read. */
const PROPERTIES = [
  'otel.propagators',
  'quarkus.otel.propagators',
  'management.tracing.propagation.type',
  'management.tracing.propagation.produce',
  'management.tracing.propagation.consume',
  'spring.sleuth.propagation.type',
];

/** Formats that carry the context of W3C, among others. */
const STANDARD = /tracecontext|w3c/i;

const OTHERS =
  /^\[?\s*(b3(multi|_multi)?|jaeger|xray|ottrace|aws|custom)(\s*,\s*(b3(multi|_multi)?|jaeger|xray|ottrace|aws|custom|baggage))*\s*\]?$/i;

/** PROP-MISMATCH: propagation is switched off by a property, or writes and reads only formats that others may not know. */
export function oddPropagators({ code: { unit }, setup }: JavaCode): Finding[] {
  const by = setup.agent ?? setup.mechanisms[0]?.at;
  if (by === undefined) return [];
  return PROPERTIES.flatMap((key) =>
    valuesOf(unit, key)
      .filter(({ profile }) => profile === undefined)
      .flatMap((given) => finding(key, given, asFindingEvidence([by]))),
  );
}

function finding(key: string, { value, at }: GivenProperty, evidence: Finding['evidence']): Finding[] {
  const said = value.trim().replace(/^["']|["']$/g, '');
  const isNone = /^none$/i.test(said);
  if (!isNone && (STANDARD.test(said) || !OTHERS.test(said))) return [];
  const message = isNone
    ? `\`${key}=${said}\` switches propagation off: requests and messages carry no trace context, and what arrives is not continued.`
    : `\`${key}=${said}\` leaves out the W3C format: services with the default propagators do not continue these traces.`;
  return [
    {
      rule: 'PROP-MISMATCH',
      severity: 'hint',
      file: at.file,
      range: at.range,
      message,
      evidence,
      related: [],
      fixes: [],
    },
  ];
}
