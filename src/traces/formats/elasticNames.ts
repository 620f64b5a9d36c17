import { OPERATION_ATTRIBUTES } from '../../model/operation';
import { semconvNames } from '../traceql/language/semconv';
import { INTEGER_KEYS } from './recordValues';

/** A classic document is a transaction (a root, a server or a consumer) or another span. */
export type ClassicShape = 'transaction' | 'span';

/** Attributes that have another name in a classic document, by their names in OpenTelemetry. */
export const CLASSIC_FIELDS: Readonly<Record<ClassicShape, Readonly<Record<string, string>>>> = {
  transaction: { 'messaging.destination.name': 'transaction.message.queue.name' },
  span: {
    'db.namespace': 'span.db.instance',
    'db.query.text': 'span.db.statement',
    'db.system': 'span.db.type',
    'db.user': 'span.db.user.name',
    'messaging.destination.name': 'span.message.queue.name',
    'url.full': 'url.original',
  },
};

/** Attributes of spans that follow from a span's type, subtype and action. */
export const DERIVED_ATTRIBUTES: readonly string[] = ['messaging.system', 'messaging.operation.type', 'rpc.system'];

/** Attributes of resources that have another name in a classic document. */
export const CLASSIC_RESOURCE: Readonly<Record<string, string>> = {
  'deployment.environment.name': 'service.environment',
  'k8s.namespace.name': 'kubernetes.namespace',
  'k8s.node.name': 'kubernetes.node.name',
  'k8s.pod.name': 'kubernetes.pod.name',
  'k8s.pod.uid': 'kubernetes.pod.uid',
  'service.instance.id': 'service.node.name',
  'telemetry.sdk.language': 'service.language.name',
};

/** Attributes of resources that classic documents keep among the labels of their spans. */
export const RESOURCE_LABELS: readonly string[] = [
  'process.command',
  'process.command_args',
  'process.executable.name',
  'process.runtime.description',
  'service.namespace',
  'vcs.ref.head.name',
  'vcs.ref.head.revision',
  'vcs.repository.url.full',
];

/** Types of spans that are calls of something else. */
export const CALL_TYPES: readonly string[] = ['db', 'external', 'storage', 'cache', 'genai'];
/** What a client does that gets messages instead of sending them. */
export const RECEIVING_ACTIONS: readonly string[] = ['receive', 'poll', 'process', 'settle'];
/** What a transaction did that sent messages: it is a root, and no consumer. */
export const SENDING_OPERATIONS: readonly string[] = ['send', 'publish', 'create'];
/** Labels that say so. */
export const OPERATION_LABELS: readonly string[] = [
  'labels.messaging_operation',
  'labels.messaging_operation_type',
  'labels.messaging_operation_name',
];
/** Subtypes of external spans that name a system of remote procedure calls. */
export const RPC_SUBTYPES: readonly string[] = ['grpc', 'dubbo', 'apache_dubbo', 'connect_rpc', 'java_rmi', 'jsonrpc'];

const OTHER_NAMES = ['code.stacktrace', 'error.type', 'exception.escaped', 'service.version', 'thread.name'];

let dotted: ReadonlyMap<string, string> | undefined;

/**
 * The attribute that a label was: they have underscores for dots, and only of names that conventions define it is known
 * which underscores were dots.
 */
export function attributeOfLabel(label: string): string {
  // Of two names that make the same label, the one that comes last here: the newer.
  dotted ??= new Map(
    [...INTEGER_KEYS, ...semconvNames(), ...OPERATION_ATTRIBUTES, ...RESOURCE_LABELS, ...OTHER_NAMES].map((key) => [
      labelOf(key),
      key,
    ]),
  );
  return dotted.get(label) ?? label;
}

/** How an attribute is called among the labels. */
export function labelOf(attribute: string): string {
  return attribute.replace(/[.*"]/g, '_');
}
