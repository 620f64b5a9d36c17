/**
 * The trace id within whatever a person has at hand: a log line, a `traceparent` header, the address of a backend's page.
 * Pure.
 */

/** W3C Trace Context: `version-traceid-parentid-flags`, as a header, in a log or in an address. */
const TRACEPARENT = /(?<![0-9a-f])[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?![0-9a-f])/i;

/** AWS X-Ray: `1-5759e988-bd862e3fe1be46a994272793`, whose two parts are the 32 digits. */
const XRAY = /(?<![\w-])1-([0-9a-f]{8})-([0-9a-f]{24})(?![\w-])/i;

/** A key that says what follows: `trace_id=…`, `"traceId":"…"`, `dd.trace_id: …`, `traceID%22%3A%22…`. */
const KEY = String.raw`trace[-_. ]?id(?:["'\s:=>]|%22|%3[aA]|%27|%5[bBdD]|%20|\\"|%3[dD])+`;
const KEYED_HEX = new RegExp(`${KEY}(?:0x)?([0-9a-f]{16,32})(?![0-9a-z+/_-])`, 'i');
/** Protobuf's JSON writes bytes in base64: 16 bytes are 22 digits and two `=`. */
const KEYED_BASE64 = new RegExp(`${KEY}([A-Za-z0-9+/_-]{21}[AQgw](?:==|%3D%3D)?)(?![A-Za-z0-9+/_=-])`, 'i');

/** Pages of backends: `/trace/<id>` (Jaeger, Datadog), `/traces/<id>` (Zipkin, Google, SigNoz), `/explore/<id>`. */
const PAGE =
  /\/(?:api\/)?(?:v\d\/)?(?:traces?|trace-list|waterfall)\/(?:trace\/|details;traceId=)?(?:0x)?([0-9a-f]{1,32})(?=$|[/?#&;:"'\s])/i;
/** Datadog writes the low 64 bits in decimal. */
const DATADOG_PAGE = /\/apm\/trace\/(\d{17,20})(?=$|[/?#&\s])/i;

const ALONE = /(?<![0-9a-z_-])([0-9a-f]{32})(?![0-9a-z_])/gi;

/**
 * The first trace id in a text, as 32 lower-case digits. What says that it is a trace id counts more than what only looks
 * like one; shorter ids (64 bits) are taken only where something says so.
 */
export function traceIdIn(text: string): string | undefined {
  const found = keyedId(text) ?? pageId(text) ?? firstAlone(text);
  return found?.toLowerCase().padStart(32, '0');
}

function keyedId(text: string): string | undefined {
  const parent = TRACEPARENT.exec(text);
  if (parent !== null && isId(parent[1]!)) return parent[1];
  const xray = XRAY.exec(text);
  if (xray !== null) return `${xray[1]}${xray[2]}`;
  const keyed = KEYED_HEX.exec(text);
  if (keyed !== null && isId(keyed[1]!)) return keyed[1];
  const base64 = KEYED_BASE64.exec(text)?.[1];
  return base64 === undefined ? undefined : hexOfBase64(base64);
}

function pageId(text: string): string | undefined {
  const decimal = DATADOG_PAGE.exec(text)?.[1];
  if (decimal !== undefined) return BigInt.asUintN(64, BigInt(decimal)).toString(16);
  const page = PAGE.exec(text)?.[1];
  return page !== undefined && isId(page) ? page : undefined;
}

function firstAlone(text: string): string | undefined {
  // What an address escapes separates words: `%22` before an id is a quotation mark, not digits.
  const words = text.replace(/%[0-9a-f]{2}/gi, ' ');
  for (const [, id] of words.matchAll(ALONE)) if (isId(id!)) return id;
  return undefined;
}

/** Zeros alone mean "no trace". */
function isId(digits: string): boolean {
  return /[^0]/.test(digits);
}

function hexOfBase64(text: string): string | undefined {
  const plain = text.replace(/%3D/gi, '').replaceAll('=', '').replaceAll('-', '+').replaceAll('_', '/');
  const bytes = Uint8Array.from(atob(plain), (character) => character.charCodeAt(0));
  const id = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return isId(id) ? id : undefined;
}
